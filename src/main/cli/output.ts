// Where the command line writes: results to stdout, everything else to stderr; not how numbers look (text.ts).

/** One line of a result. */
export function writeResult(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** A whole file on stdout, in place of a result; a reader that goes away ends it. */
export function writeText(content: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => process.stdout.write(content, () => resolve()))
}

/** The one JSON value of a command with `--json`. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

/** A remark or progress: never on stdout. */
export function writeNote(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** A reader that goes away (`netloom info x | head -1`) ends the writing, not with an error. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
