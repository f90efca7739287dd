# The digest is that of the image for all architectures. To update it:
#   docker buildx imagetools inspect node:24-bookworm-slim
FROM node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20 AS base
WORKDIR /app

FROM base AS build
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json nest-cli.json .swcrc ./
COPY src ./src
COPY scripts/release-manifest.js ./scripts/
# Installs what a release needs. Nothing reads source maps and type declarations at run time.
RUN npm run build \
  && node scripts/release-manifest.js write \
  && npm ci --omit=dev \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.?ts' \) -delete

FROM base
# The version of package.json, and the commit: --build-arg REVISION="$(git rev-parse HEAD)"
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="osf-metrics" \
      org.opencontainers.image.description="Records the usage of research outputs by the rules of COUNTER, and reports on it" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production DATA_DIR=/data
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
RUN mkdir /data && chown 1000:1000 /data
# The user `node`, as a number, so that an orchestrator can check that it is not root.
USER 1000:1000
# Everything that the service writes; the rest can be read-only.
VOLUME /data
EXPOSE 8080
# Reads from DATA_DIR at which address the service listens, so it follows HOST and PORT.
HEALTHCHECK --start-period=10s CMD ["node", "dist/operations/check-health.js"]
# Within this limit Node.js collects garbage early; the service needs less than half of it.
CMD ["node", "--max-old-space-size=1024", "dist/main.js"]
