// Four projects: pure tests beside the source; the recorded PyTorch reference; tests that start engines, processes and browsers; those that measure time, alone.
import { defineConfig } from 'vitest/config'

/** What these say depends on how busy the machine is, so that they run by themselves, after all others. */
const timed = [
  'tests/bench/bench.test.ts',
  'tests/browser/speed.test.ts',
  'tests/cli/info.test.ts',
  'tests/importing/importScale.test.ts',
]

/** Two files run at a time, on machines of two cores and more: an engine that takes all of them for itself only waits for the other. */
const env = { NETLOOM_THREADS: '1' } as const

const whole = { environment: 'node', testTimeout: 180_000, hookTimeout: 180_000 } as const

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.{ts,tsx}'],
          environment: 'node',
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...whole,
          env,
          name: 'reference',
          include: ['tests/reference/**/*.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...whole,
          env,
          name: 'whole',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/reference/**', 'tests/interop/**', ...timed],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: { ...whole, name: 'timed', include: timed, fileParallelism: false, sequence: { groupOrder: 2 } },
      },
    ],
  },
})
