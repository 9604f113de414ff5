// A folder for one test file, with whatever is written into it; gone afterwards.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

/** Paths inside a new folder that is removed after the tests of the file. */
export class TemporaryFolder {
  readonly root = mkdtempSync(join(tmpdir(), 'netloom-test-'))

  constructor() {
    afterAll(() => rmSync(this.root, { recursive: true, force: true }))
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts)
  }

  /** Writes a file, making the folders above it. @returns its path */
  write(name: string, content: Uint8Array | string): string {
    const path = this.path(name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }

  folder(name: string): string {
    const path = this.path(name)
    mkdirSync(path, { recursive: true })
    return path
  }
}
