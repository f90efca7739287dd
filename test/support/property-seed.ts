import fc from 'fast-check';

/** Property tests draw the same cases in every run. Set `PROPERTY_SEED` to draw others. */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) });
