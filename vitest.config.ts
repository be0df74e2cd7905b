import { defineConfig } from "vitest/config";

// Real boots share two cores: VM tests run one file at a time, the rest in parallel.
export default defineConfig({
  test: {
    // System calls go through node:ffi, which warns in every process that it is experimental.
    execArgv: ["--disable-warning=ExperimentalWarning"],
    projects: [
      { extends: true, test: { name: "unit", include: ["test/unit/**/*.test.{ts,tsx}"] } },
      {
        extends: true,
        test: { name: "integration", include: ["test/integration/**/*.test.ts"], testTimeout: 180_000 },
      },
      {
        extends: true,
        test: {
          name: "vm",
          include: ["test/vm/**/*.test.ts"],
          fileParallelism: false,
          globalSetup: "test/vm/matrix-report.ts",
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
