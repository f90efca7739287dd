FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json nest-cli.json .swcrc ./
COPY src ./src
RUN npm run build && npm prune --omit=dev

FROM node:24-slim
ARG VERSION=unknown
LABEL org.opencontainers.image.title="osf-metrics" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
RUN mkdir /data && chown 1000:1000 /data
# The user `node`, as a number, so that an orchestrator can check that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8080
HEALTHCHECK --start-period=10s CMD ["node", "dist/operations/check-health.js"]
# Within this limit Node.js collects garbage early; the service needs less than half of it.
CMD ["node", "--max-old-space-size=1024", "dist/main.js"]
