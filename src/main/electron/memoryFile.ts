// Small files in which the desktop program remembers something that it can do without; not what is in them.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { z } from 'zod'
import { readRegularTextSync } from '../files/readRegular'

/** What was remembered; undefined where there is nothing, or nothing that can be read. */
export function readMemory<T>(path: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readRegularTextSync(path)))
  } catch {
    // Only a memory: without it the program begins as at first.
    return undefined
  }
}

/** Remembers at once, because the program may end with the window; a disk that refuses loses only that. */
export function writeMemory(path: string, value: object): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.new`, `${JSON.stringify(value)}\n`)
    renameSync(`${path}.new`, path)
  } catch {
    // Nothing that a person would want to be told in the middle of something else.
  }
}
