// The form of a network document, version 1: text to document and back; not whether its layers fit together (checkGraph.ts).
import { z } from 'zod'
import {
  layoutStyles,
  documentVersion,
  leastNoteSize,
  noteColours,
  type CanvasLayout,
  type CanvasNote,
  type NetworkDocument,
  type NodeId,
  type NetworkEdge,
  type NetworkNode,
  type Position,
  type PortReference,
  type UserBlock,
} from './document'
import { ownTable } from './ownTable'
import { NetloomError } from './errors'
import { parseJson } from './jsonPlace'
import { migrateDocument, type MigrationTable } from './migrations'
import { isNodeId, nodeIdRule } from './nodeId'
import { printJson } from './printJson'
import { suggestName } from './suggest'
import { describeZodError, printMismatch, printPath, valueAt } from './zodIssues'

const nodeIdSchema = z.custom<NodeId>(isNodeId, nodeIdRule)
const portSchema = z.string().min(1).max(100)
const parametersSchema = z.record(z.string(), z.unknown())

const positionSchema = z.strictObject({ x: z.number(), y: z.number() })

const nodeSchema = z.strictObject({
  id: nodeIdSchema,
  type: z.string().min(1).max(100),
  params: parametersSchema,
  position: positionSchema.optional(),
  frozen: z.boolean().optional(),
})

const portReferenceSchema = z.strictObject({ node: nodeIdSchema, port: portSchema })

const edgeSchema = z.strictObject({ from: portReferenceSchema, to: portReferenceSchema })

const noteSizeSchema = z.strictObject({
  width: z.number().min(leastNoteSize.width).max(10_000),
  height: z.number().min(leastNoteSize.height).max(10_000),
})

const noteSchema = z.strictObject({
  id: z.string().min(1).max(100),
  text: z.string().max(100_000),
  position: positionSchema,
  size: noteSizeSchema.optional(),
  color: z.enum(noteColours).optional(),
  layer: nodeIdSchema.optional(),
})

const layoutSchema = z.strictObject({
  style: z.enum(layoutStyles),
  wires: z
    .array(
      z.strictObject({
        from: portReferenceSchema,
        to: portReferenceSchema,
        points: z.array(positionSchema).min(2).max(1000),
        pill: positionSchema.optional(),
      }),
    )
    .optional(),
})

const userBlockSchema = z.strictObject({
  type: z.string().regex(/^user\/[\p{L}\p{N}_.-]{1,80}$/u, '"user/" and a name'),
  title: z.string().min(1).max(100),
  doc: z.string().max(1000).optional(),
  inputs: z.array(z.strictObject({ name: portSchema, to: z.array(portReferenceSchema).min(1) })),
  outputs: z.array(z.strictObject({ name: portSchema, from: portReferenceSchema })).min(1),
  exposed: z.array(
    z.strictObject({
      // The one name that an object cannot have as a plain key.
      name: z
        .string()
        .min(1)
        .max(100)
        .refine((name) => name !== '__proto__', 'a name other than "__proto__"'),
      title: z.string().min(1).max(100),
      targets: z.array(z.strictObject({ node: nodeIdSchema, param: z.string().min(1).max(100) })).min(1),
    }),
  ),
  nodes: z.array(nodeSchema).min(1),
  edges: z.array(edgeSchema),
})

/** A document, field by field in the order in which they are written. */
export const documentSchema = z.strictObject({
  format: z.literal('netloom'),
  version: z.literal(documentVersion),
  name: z.string().max(200),
  dataset: z.strictObject({ source: z.string().min(1), options: parametersSchema.optional() }).optional(),
  classes: z.array(z.string()).optional(),
  scaling: z
    .strictObject({ mean: z.array(z.number()).min(1), deviation: z.array(z.number().positive()).min(1) })
    .optional(),
  weights: z.string().min(1).optional(),
  weightPaths: ownTable(z.string().max(400), z.string().max(400).nullable()).optional(),
  recipe: z.record(z.string(), z.unknown()).optional(),
  blocks: z.array(userBlockSchema).optional(),
  nodes: z.array(nodeSchema),
  edges: z.array(edgeSchema),
  notes: z.array(noteSchema).optional(),
  layout: layoutSchema.optional(),
})

/** Keys of each kind of object, to suggest one for a misspelt key. */
const keysAt: readonly { readonly path: RegExp; readonly keys: readonly string[] }[] = [
  { path: /^$/, keys: Object.keys(documentSchema.shape) },
  { path: /^nodes\[\d+\]$/, keys: Object.keys(nodeSchema.shape) },
  { path: /^nodes\[\d+\]\.position$/, keys: Object.keys(positionSchema.shape) },
  { path: /^edges\[\d+\]$/, keys: Object.keys(edgeSchema.shape) },
  { path: /^edges\[\d+\]\.(?:from|to)$/, keys: Object.keys(portReferenceSchema.shape) },
  { path: /^layout$/, keys: Object.keys(layoutSchema.shape) },
  { path: /^notes\[\d+\]$/, keys: Object.keys(noteSchema.shape) },
  { path: /^notes\[\d+\]\.position$/, keys: Object.keys(positionSchema.shape) },
  { path: /^notes\[\d+\]\.size$/, keys: Object.keys(noteSizeSchema.shape) },
]

/**
 * Reads a network document.
 * @param migrations the table to bring older versions up with; another one only in tests
 * @throws NetloomError `document.syntax` with line and column, `document.version`, `document.schema` with the path of
 * the first wrong place, `graph.duplicateId`
 */
export function parseDocument(text: string, migrations?: MigrationTable): NetworkDocument {
  const raw = parseJson(text)
  if (!isRecord(raw) || raw.format !== 'netloom') {
    throw new NetloomError('document.schema', 'The file is JSON, but no network document: "format" is not "netloom".', {
      path: 'format',
      expected: 'netloom',
      received: isRecord(raw) ? raw.format : raw,
    })
  }
  const result = documentSchema.safeParse(migrateDocument(raw, migrations))
  if (!result.success) throw schemaError(result.error, raw)
  refuseDuplicates(result.data)
  refuseDuplicateNotes(result.data)
  return result.data
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function schemaError(error: z.core.$ZodError, raw: unknown): NetloomError {
  const issues = describeZodError(error, raw)
  const first = issues[0]
  if (!first) return new NetloomError('document.schema', 'The file does not have the form of a network document.')
  const path = printPath(first.path)
  const more = issues.length > 1 ? ` (${issues.length - 1} more)` : ''
  const nodeId = first.path[0] === 'nodes' ? valueAt(raw, [...first.path.slice(0, 2), 'id']) : undefined
  const details = { path, received: first.received, nodeId: typeof nodeId === 'string' ? nodeId : undefined }
  if (first.unknownKey) {
    const parent = printPath(first.path.slice(0, -1))
    const keys = keysAt.find((entry) => entry.path.test(parent))?.keys ?? []
    const suggestion = suggestName(first.unknownKey.key, keys)
    const hint = suggestion ? `Did you mean "${suggestion}"?` : `Known here: ${keys.join(', ')}.`
    const message = `The document has an unknown key: ${path}${more}.`
    return new NetloomError('document.schema', message, {
      ...details,
      expected: keys,
      hint: keys.length > 0 ? hint : undefined,
    })
  }
  const message = `${path || 'The document'} ${printMismatch(first.expected, first.received)}${more}.`
  return new NetloomError('document.schema', message, { ...details, expected: first.expected })
}

function refuseDuplicates({ nodes }: NetworkDocument): void {
  const places = new Map<NodeId, number>()
  nodes.forEach(({ id }, index) => {
    const earlier = places.get(id)
    places.set(id, index)
    if (earlier === undefined) return
    throw new NetloomError('graph.duplicateId', `nodes[${earlier}] and nodes[${index}] are both named "${id}".`, {
      nodeId: id,
      path: `nodes[${index}].id`,
      received: id,
      hint: 'Give one of them another name.',
    })
  })
}

function refuseDuplicateNotes({ notes = [] }: NetworkDocument): void {
  notes.forEach(({ id }, index) => {
    const earlier = notes.findIndex((note) => note.id === id)
    if (earlier === index) return
    const message = `notes[${earlier}] and notes[${index}] both have the id "${id}".`
    const path = `notes[${index}].id`
    throw new NetloomError('graph.duplicateId', message, { path, received: id, hint: 'Give one of them another id.' })
  })
}

/**
 * Writes a document: keys in a fixed order, 2 spaces of indentation, what fits on a line on one line, "\n" at the end.
 * The same document gives the same bytes, and `serializeDocument(parseDocument(text))` is `text` for any text written here.
 */
export function serializeDocument(document: NetworkDocument): string {
  const {
    format,
    version,
    name,
    dataset,
    classes,
    scaling,
    weights,
    weightPaths,
    recipe,
    blocks,
    nodes,
    edges,
    notes = [],
    layout,
  } = document
  const ordered = {
    format,
    version,
    name,
    dataset: dataset && { source: dataset.source, options: dataset.options },
    classes,
    scaling: scaling && { mean: scaling.mean, deviation: scaling.deviation },
    weights,
    weightPaths,
    recipe,
    blocks: blocks?.map(orderBlock),
    nodes: nodes.map(orderNode),
    edges: edges.map(orderEdge),
    notes: notes.length === 0 ? undefined : notes.map(orderNote),
    layout: layout && orderLayout(layout),
  }
  return `${printJson(ordered, new Set(['', 'blocks', 'nodes', 'edges', 'notes', 'layout.wires']))}\n`
}

function orderNode({ id, type, params, position, frozen }: NetworkNode) {
  return { id, type, params, position: position && { x: position.x, y: position.y }, frozen }
}

function orderEdge({ from, to }: NetworkEdge) {
  return { from: orderPort(from), to: orderPort(to) }
}

function orderPort({ node, port }: PortReference) {
  return { node, port }
}

function orderPosition({ x, y }: Position): Position {
  return { x, y }
}

function orderLayout({ style, wires = [] }: CanvasLayout): CanvasLayout {
  if (wires.length === 0) return { style }
  const ordered = wires.map(({ from, to, points, pill }) => ({
    ...orderEdge({ from, to }),
    points: points.map(orderPosition),
    ...(pill && { pill: orderPosition(pill) }),
  }))
  return { style, wires: ordered }
}

function orderBlock({ type, title, doc, inputs, outputs, exposed, nodes, edges }: UserBlock) {
  return {
    type,
    title,
    doc,
    inputs: inputs.map(({ name, to }) => ({ name, to: to.map(orderPort) })),
    outputs: outputs.map(({ name, from }) => ({ name, from: orderPort(from) })),
    exposed: exposed.map(({ name, title, targets }) => ({
      name,
      title,
      targets: targets.map(({ node, param }) => ({ node, param })),
    })),
    nodes: nodes.map(orderNode),
    edges: edges.map(orderEdge),
  }
}

function orderNote({ id, text, position, size, color, layer }: CanvasNote): CanvasNote {
  return {
    id,
    text,
    position: { x: position.x, y: position.y },
    ...(size && { size: { width: size.width, height: size.height } }),
    ...(color !== undefined && { color }),
    ...(layer !== undefined && { layer }),
  }
}
