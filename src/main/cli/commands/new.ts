// `netloom new`: writes the document of an architecture, and lists the architectures.
import { printCount, printExtents } from '../../../shared/graph/printNumbers'
import { textEnding } from '../../../shared/graph/fileNames'
import { architectures, findArchitecture } from '../../../shared/lectures/architectures/index'
import type { Architecture } from '../../../shared/lectures/architectures/index'
import { findComparedNetwork } from '../../../shared/lectures/comparisons/index'
import { analyzeDocument } from '../../../shared/network/analyze'
import type { NetworkDocument } from '../../../shared/graph/document'
import { NetloomError } from '../../../shared/graph/errors'
import { serializeDocument } from '../../../shared/graph/schema'
import { suggestName } from '../../../shared/graph/suggest'
import { writeDocument } from '../../files/projects'
import { writeJson, writeResult, writeText } from '../output'
import { printTable } from '../text'
import { orForce, standardOutput, UsageError } from '../usage'

export interface NewOptions {
  readonly list?: boolean
  /** [C, H, W] */
  readonly input?: readonly [number, number, number]
  readonly classes?: number
  readonly output?: string
  readonly force?: boolean
  readonly json?: boolean
}

/** Runs `netloom new`. @throws UsageError, NetloomError model.unknown, layer.*, file.write */
export async function runNew(name: string | undefined, options: NewOptions): Promise<void> {
  if (options.list) return listArchitectures(options.json === true)
  if (name === undefined) throw new UsageError('name an architecture; "netloom new --list" shows them.')
  const { title, document } = buildNetwork(name, options)
  const { input, parameters, issues } = analyzeDocument(document)
  const error = issues.find(({ level }) => level === 'error')
  if (error) throw new NetloomError(error.code, error.message)
  if (options.output === standardOutput) return writeText(serializeDocument(document))
  const path = options.output ?? `${name}${textEnding}`
  await orForce(writeDocument(path, document, options.force === true))
  if (options.json) return writeJson({ document: path, name: document.name, input, parameters })
  writeResult(
    `Wrote ${path}: ${title}, input ${printExtents(input ?? [])}, ${printCount(parameters.total)} parameters.`,
  )
}

/** An architecture, or a network of a comparison, which is of one size. @throws UsageError, NetloomError model.unknown, layer.* */
function buildNetwork(name: string, { input, classes }: NewOptions): { title: string; document: NetworkDocument } {
  const architecture = findArchitecture(name)
  if (architecture) return { title: architecture.title, document: architecture.build({ input, classes }) }
  const compared = findComparedNetwork(name)
  if (!compared) throw unknownArchitecture(name)
  if (input || classes !== undefined)
    throw new UsageError(`"${name}" belongs to a comparison and has one size: leave out --input and --classes.`)
  return { title: compared.title, document: compared.build() }
}

function unknownArchitecture(name: string): UsageError {
  const near = suggestName(
    name,
    architectures.map(({ id }) => id),
  )
  return new UsageError(
    `there is no architecture "${name}"; ${near ? `did you mean "${near}"?` : '"netloom new --list" shows them.'}`,
  )
}

function describe(architecture: Architecture) {
  const { id, title, year, input, classes } = architecture
  const { parameters, macs } = analyzeDocument(architecture.build({}))
  return { id, title, year, input, classes, parameters: parameters.total, macs }
}

function listArchitectures(json: boolean): void {
  const rows = architectures.map(describe)
  if (json) return writeJson(rows)
  const columns = [
    { title: 'name' },
    { title: 'title' },
    { title: 'year', align: 'right' },
    { title: 'input', align: 'right' },
    { title: 'classes', align: 'right' },
    { title: 'parameters', align: 'right' },
    { title: 'MACs', align: 'right' },
  ] as const
  const cells = rows.map(({ id, title, year, input, classes, parameters, macs }) => [
    id,
    title,
    String(year),
    printExtents(input),
    printCount(classes),
    printCount(parameters),
    printCount(macs),
  ])
  writeResult(printTable(columns, cells))
}
