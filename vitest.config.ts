import { defineConfig } from "vitest/config";

/** Suites by what they need: `npx vitest run --project programs`. */
export default defineConfig({
  test: {
    globalSetup: "test/setup.ts",
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{programs,errors,real,fuzz}/**", "test/golden/**"],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: "programs",
          include: ["test/{programs,errors}/**/*.test.ts"],
          testTimeout: 90_000,
        },
      },
      {
        extends: true,
        test: { name: "real", include: ["test/real/**/*.test.ts"], testTimeout: 240_000 },
      },
      {
        extends: true,
        test: { name: "fuzz", include: ["test/fuzz/**/*.test.ts"], testTimeout: 1_800_000 },
      },
    ],
  },
});
