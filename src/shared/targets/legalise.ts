// Rewrites a training graph for a target: composite operators become real ones, convolutions take blocked layout where it pays.
import { internalError } from '../graph/errors'
import type { GraphBuilder } from '../onnx/builder'
import type { OnnxNode } from '../onnx/model'
import { rewriteGraph } from '../onnx/rewriteGraph'
import { blockedForms } from './blocked/index'
import { compositeDomain } from '../lower/compositeRules'
import { blockedDomain, type Layout } from './channelLayout'
import { coveringForms } from './plain/covering'
import { acceleratorForms, plainForms } from './plain/index'
import { simplify } from '../lower/simplify'

export interface LegaliseOptions {
  /** Channels per block of ONNX Runtime's blocked CPU kernels on this machine (8 or 16); null: plain layout throughout. */
  readonly blockSize: number | null
  /** Whether it runs on a graphics processor or another accelerator; left out: on the CPU. */
  readonly isAccelerator?: boolean
}

/**
 * Writes `source` anew for a target.
 * @param source a static builder whose nodes may be of the domain `netloom`
 * @returns a builder of the same inputs and outputs with operators that ONNX Runtime has
 */
export function legalise(source: GraphBuilder, options: LegaliseOptions): GraphBuilder {
  const readers = readersOf(source)
  let layout: TargetLayout | undefined
  const written = rewriteGraph(
    source,
    (target) => {
      const begun = new TargetLayout(source, target, options, readers)
      layout = begun
      return (node) => begun.write(node)
    },
    { keeps: (initializer) => readers.has(initializer), finish: () => layout?.finish() },
  )
  return simplify(written)
}

/** Channels are filled up to a block where at least one in so many of the block is a real one. */
const worthwhile = 3

function readersOf(source: GraphBuilder): ReadonlyMap<string, readonly OnnxNode[]> {
  const readers = new Map<string, OnnxNode[]>()
  for (const node of source.nodes) {
    for (const input of node.inputs) {
      const known = readers.get(input)
      if (known) known.push(node)
      else readers.set(input, [node])
    }
  }
  return readers
}

/** Where the values of the source are in the target, and the choice of a form for each node. */
class TargetLayout implements Layout {
  private readonly plainNames = new Map<string, string>()
  private readonly blockedNames = new Map<string, string>()
  private readonly outputs: ReadonlySet<string>
  private readonly channelMeans = new Map<string, string>()
  private readonly waiting = new Map<string, OnnxNode>()
  private readonly written = new Set<OnnxNode>()

  readonly blockSize: number | null
  private readonly composites: typeof plainForms

  constructor(
    readonly source: GraphBuilder,
    readonly target: GraphBuilder,
    { blockSize, isAccelerator = false }: LegaliseOptions,
    private readonly readers: ReadonlyMap<string, readonly OnnxNode[]>,
  ) {
    this.blockSize = blockSize
    this.composites = isAccelerator ? acceleratorForms : plainForms
    this.outputs = new Set(source.outputs.map((output) => output.name))
    for (const { name } of source.inputs) this.plainNames.set(name, name)
    for (const name of source.initializers.keys()) if (readers.has(name)) this.plainNames.set(name, name)
  }

  /** Writes a node in the form that fits; @returns true: also what stays as it is reads its inputs in plain layout */
  write(node: OnnxNode): boolean {
    if (this.written.has(node)) return true
    if (coveringForms.get(node.opType)?.(node, this)) return true
    if (this.blockSize !== null && blockedForms.get(node.opType)?.some((form) => form(node, this))) return true
    if (node.domain === compositeDomain) {
      const form = this.composites.get(node.opType)
      if (!form?.(node, this)) throw internalError(`${node.opType} has no plain form`)
      return true
    }
    for (const output of node.outputs) if (output !== '') this.plainNames.set(output, output)
    this.target.append({ ...node, inputs: node.inputs.map((input) => (input === '' ? '' : this.plain(input))) })
    return true
  }

  /** Brings every output of the graph into plain layout under its own name. */
  finish(): void {
    for (const { name } of this.source.outputs) {
      const value = this.plain(name)
      if (value !== name) this.target.add('Identity', [value], {}, { outputs: [name] })
    }
  }

  shapeOf(value: string): readonly number[] {
    return this.source.shapeOf(value)
  }

  plain(value: string): string {
    const known = this.plainNames.get(value)
    if (known !== undefined) return known
    const blocked = this.blockedNames.get(value)
    if (blocked === undefined) throw internalError(`"${value}" is read before it is written`)
    const channels = this.shapeOf(value)[1] ?? 0
    const name = this.target.add(
      'ReorderOutput',
      [blocked],
      { channels },
      { domain: blockedDomain, name: `${value}/plain` },
    )
    this.plainNames.set(value, name)
    return name
  }

  blocked(value: string): string {
    const known = this.blockedNames.get(value)
    if (known !== undefined) return known
    const name = this.target.add(
      'ReorderInput',
      [this.inFours(value)],
      {},
      { domain: blockedDomain, name: `${value}/blocked` },
    )
    const [images = 1, , ...positions] = this.shapeOf(value)
    this.target.declare(name, [images, this.blockedChannels(value), ...positions])
    this.blockedNames.set(value, name)
    return name
  }

  /** ReorderInput fills blocks up by itself, but takes channels in fours only. */
  private inFours(value: string): string {
    const missing = -(this.shapeOf(value)[1] ?? 0) & 3
    const plain = this.plain(value)
    return missing === 0 ? plain : this.target.add('Pad', [plain, this.target.ints([0, 0, 0, 0, 0, missing, 0, 0])])
  }

  blockedChannels(value: string): number {
    const block = this.blockSize ?? 1
    return Math.ceil((this.shapeOf(value)[1] ?? 1) / block) * block
  }

  isBlocked(value: string): boolean {
    return this.blockedNames.has(value)
  }

  canBlock(value: string): boolean {
    if (this.blockSize === null || !this.source.hasType(value)) return false
    const { dataType, dims } = this.source.typeOf(value)
    return dataType === 'float32' && dims.length === 4 && (dims[1] ?? 0) * worthwhile >= this.blockSize
  }

  setPlain(value: string, name: string): void {
    this.plainNames.set(value, name)
  }

  setBlocked(value: string, name: string): void {
    this.blockedNames.set(value, name)
  }

  soleReader(value: string): OnnxNode | undefined {
    const readers = this.readers.get(value) ?? []
    return readers.length === 1 && !this.outputs.has(value) ? readers[0] : undefined
  }

  channelMean(value: string, compute: () => string): string {
    const known = this.channelMeans.get(value) ?? compute()
    this.channelMeans.set(value, known)
    return known
  }

  defer(value: string, node: OnnxNode): void {
    this.waiting.set(value, node)
  }

  deferred(value: string): OnnxNode | undefined {
    return this.waiting.get(value)
  }

  markWritten(node: OnnxNode): void {
    this.written.add(node)
  }
}
