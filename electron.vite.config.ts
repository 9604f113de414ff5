// How both sides are built: one ES module per Node process with its dependencies left outside, the preload script as one file, and the screen as one page.
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { createNotices } from './scripts/notices.mjs'

const notices = createNotices(fileURLToPath(new URL('.', import.meta.url)))

const source = (path: string) => fileURLToPath(new URL(`./src/main/${path}`, import.meta.url))

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node20',
      sourcemap: true,
      // Optional packages are not left outside by themselves. Left outside, zod loads 90 files at every start, most of them words of other languages.
      externalizeDeps: { include: ['webgpu'], exclude: ['zod'] },
      rolldownOptions: {
        input: {
          cli: source('cli/main.ts'),
          electron: source('electron/main.ts'),
          trainer: source('trainer/loop/main.ts'),
          dryRun: source('devices/dryRun.ts'),
          watchdog: source('trainer/loop/watchdogThread.ts'),
          importer: source('exchange/importProcess.ts'),
          loader: source('datasets/loaderWorker.ts'),
          decoder: source('datasets/decoderProcess.ts'),
          problems: source('datasets/quality/problemProcess.ts'),
          bench: source('bench/main.ts'),
          deviceTest: source('devices/deviceTest.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A preload script in the sandbox is one CommonJS file and can require nothing but electron.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: source('electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: fileURLToPath(new URL('./src/renderer', import.meta.url)),
    plugins: [react(), notices.screen],
    worker: { plugins: () => [notices.thread()] },
    build: {
      outDir: 'out/renderer',
      target: 'chrome140',
      minify: true,
      rolldownOptions: { input: fileURLToPath(new URL('./src/renderer/index.html', import.meta.url)) },
    },
  },
})
