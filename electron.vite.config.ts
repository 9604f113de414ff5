// How the Node side is built: one ES module per process (command line, trainer, data loader), dependencies left outside.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'electron-vite'

const source = (path: string) => fileURLToPath(new URL(`./src/main/${path}`, import.meta.url))

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node20',
      sourcemap: true,
      externalizeDeps: true,
      rolldownOptions: {
        input: {
          cli: source('cli/main.ts'),
          trainer: source('trainer/main.ts'),
          loader: source('datasets/loaderWorker.ts'),
          bench: source('bench/main.ts'),
          deviceTest: source('engines/ort/deviceTest.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
})
