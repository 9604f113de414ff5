// Runs an exported model in PyTorch, in a Python of this machine; finds one and installs nothing. Not the comparison (exportingPytorch.ts).
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { NetloomError } from '../../shared/graph/errors'
import { pythonCommands } from './pythonCommands'

/** How a Python says that it has no PyTorch, or one older than 1.10. */
const noTorch = 3

/** A batch of the largest networks takes seconds. */
const longestAnswerMs = 600_000

/**
 * Says "1" once it has PyTorch; then takes batches, each a count (4 bytes, little-endian) and pixels, and gives float32.
 * The folder is its argument.
 */
const script = `
import sys
try:
    import torch
    torch.frombuffer
except Exception:
    sys.exit(${noTorch})
import importlib.util
import os
import struct
source, sink = sys.stdin.buffer, sys.stdout.buffer
sink.write(b"1")
sink.flush()
spec = importlib.util.spec_from_file_location("model", os.path.join(sys.argv[1], "model.py"))
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
network = module.load()
size = 1
for extent in module.INPUT_SHAPE:
    size *= extent
while True:
    head = source.read(4)
    if len(head) < 4:
        break
    count = struct.unpack("<I", head)[0]
    pixels = torch.frombuffer(bytearray(source.read(count * size)), dtype=torch.uint8)
    with torch.no_grad():
        outputs = network(module.scale(pixels.reshape(count, *module.INPUT_SHAPE)))
    values = outputs.flatten().tolist()
    sink.write(struct.pack("<%df" % len(values), *values))
    sink.flush()
`

/** A Python process with an exported model. */
export class PytorchProcess {
  private readonly received: Buffer[] = []
  private stderr = ''
  private hasEnded = false
  /** What waits for more bytes or the end. */
  private wake: () => void = () => undefined
  readonly exitCode: Promise<number | null>

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly folder: string,
  ) {
    child.stdout.on('data', (bytes: Buffer) => {
      this.received.push(bytes)
      this.wake()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr = (this.stderr + text).slice(-4000)))
    // Writing to a process that has ended: its end is what is reported.
    child.stdin.on('error', () => undefined)
    this.exitCode = new Promise((resolve) => {
      const end = (code: number | null) => {
        this.hasEnded = true
        this.wake()
        resolve(code)
      }
      child.once('close', end)
      child.once('error', () => end(null))
    })
  }

  /**
   * Starts the first Python that has PyTorch.
   * @param folder of the export
   * @returns null where there is none
   */
  static async start(folder: string, commands: readonly string[] = pythonCommands): Promise<PytorchProcess | null> {
    for (const command of commands) {
      // -B: no __pycache__ in the folder that is handed over.
      const started = new PytorchProcess(spawn(command, ['-B', '-c', script, folder], { windowsHide: true }), folder)
      const first = await started.read(1).catch(() => null)
      if (first) return started
      started.stop()
    }
    return null
  }

  /**
   * The network's outputs.
   * @param pixels [N, C, H, W]
   * @param outputCount numbers per image
   * @throws NetloomError export.mismatch where the written code fails
   */
  async predict(pixels: Uint8Array, count: number, outputCount: number): Promise<Float32Array> {
    const head = Buffer.alloc(4)
    head.writeUInt32LE(count)
    this.child.stdin.write(head)
    this.child.stdin.write(pixels)
    const bytes = await this.read(4 * count * outputCount)
    return Float32Array.from({ length: count * outputCount }, (_, index) => bytes.readFloatLE(4 * index))
  }

  /** Ends the process. */
  stop(): void {
    this.child.stdin.end()
    if (!this.hasEnded) this.child.kill()
  }

  private async read(length: number): Promise<Buffer> {
    const timer = setTimeout(() => this.child.kill(), longestAnswerMs)
    try {
      for (;;) {
        const bytes = Buffer.concat(this.received)
        if (bytes.length >= length) {
          this.received.splice(0, this.received.length, bytes.subarray(length))
          return bytes.subarray(0, length)
        }
        if (this.hasEnded) throw this.failure()
        await new Promise<void>((resolve) => (this.wake = resolve))
      }
    } finally {
      clearTimeout(timer)
    }
  }

  private failure(): NetloomError {
    const reason = this.stderr.trim().split('\n').at(-1) ?? ''
    return new NetloomError(
      'export.mismatch',
      `The exported "${this.folder}" does not run in PyTorch${reason === '' ? '' : `: ${reason}`}.`,
      { path: this.folder, received: this.stderr, hint: 'Do not use it, and report this.' },
    )
  }
}
