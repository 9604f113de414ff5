// The network document (version 1) as types; its schema and migrations are in schema.ts.

/** The present version of the document format. */
export const documentVersion = 1

/**
 * The name of a node, unique in its document and stable: it is also the path under which weights are kept
 * (`stage2/block1/conv1`). Letters, digits and `_ - .`, parts separated by `/`.
 */
export type NodeId = string & { readonly brand: 'NodeId' }

/** Parameters as they are saved: plain JSON, checked against the layer's own table by `checkGraph`. */
export type ParameterValues = Readonly<Record<string, unknown>>

export interface Position {
  /** Canvas units (CSS pixels at 100% zoom), x to the right, y down. */
  readonly x: number
  readonly y: number
}

export interface NetworkNode {
  readonly id: NodeId
  /** The `type` of a layer in `layers/index.ts`. */
  readonly type: string
  readonly params: ParameterValues
  readonly position?: Position
  /** A frozen node keeps its weights while training; a frozen batch norm uses its running statistics. */
  readonly frozen?: boolean
}

/** One end of an edge. */
export interface PortReference {
  readonly node: NodeId
  /** A port's name; for a layer that takes any number of inputs, its name and a number from 0: `in0`, `in1`. */
  readonly port: string
}

export interface NetworkEdge {
  readonly from: PortReference
  readonly to: PortReference
}

/** Where the images come from, in the syntax of the command line (`mnist:DIR`, `folder:DIR`, `builtin:digits`). */
export interface DatasetReference {
  readonly source: string
  /** Choices about its splits and images; their form belongs to datasets/documentDataset.ts. */
  readonly options?: Readonly<Record<string, unknown>>
}

/** How pixels become inputs: `(pixel / 255 - mean) / deviation`, one value per channel. */
export interface InputScaling {
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

/** Colours of notes on the canvas; the first is that of a note which names none. */
export const noteColours = ['yellow', 'blue', 'green', 'red', 'violet'] as const
export type NoteColour = (typeof noteColours)[number]

/** The least size of a note, and the size of one which states none, in canvas units. */
export const leastNoteSize = { width: 96, height: 48 } as const
export const usualNoteSize = { width: 208, height: 96 } as const

/** A comment on the canvas: for people, without any effect on the network. */
export interface CanvasNote {
  /** Unique among the notes of its document; it may equal the name of a layer. */
  readonly id: string
  /** Plain text, lines separated by "\n". */
  readonly text: string
  /** Its top left corner. */
  readonly position: Position
  readonly size?: { readonly width: number; readonly height: number }
  readonly color?: NoteColour
  /** The layer that it belongs to, and moves with on the canvas; one that is not there has no effect. */
  readonly layer?: NodeId
}

/** How the canvas arranges a network: down the page, to the right, or down in columns side by side. */
export const layoutStyles = ['down', 'right', 'columns'] as const
export type LayoutStyle = (typeof layoutStyles)[number]

/** The way of a wire as it was laid; it holds as long as it leads from port to port around all layers. */
export interface LaidWire extends NetworkEdge {
  /** From port to port by right angles. */
  readonly points: readonly Position[]
  /** The middle of its shape pill. */
  readonly pill?: Position
}

/** How the network was laid out last: for the canvas, without any effect on the network. */
export interface CanvasLayout {
  readonly style: LayoutStyle
  /** Those wires that are not straight. */
  readonly wires?: readonly LaidWire[]
}

/** A parameter of a user-made block: it sets a parameter of one or several nodes inside. */
export interface ExposedParameter {
  /** Its name in the parameters of the block's uses. */
  readonly name: string
  readonly title: string
  /** Where its value goes; its default is what the first target has inside the definition. */
  readonly targets: readonly { readonly node: NodeId; readonly param: string }[]
}

/** A block that the user made from nodes; its uses are nodes of the type `user/NAME`. */
export interface UserBlock {
  /** `user/` and letters, digits and `_ - .` */
  readonly type: string
  readonly title: string
  readonly doc?: string
  readonly nodes: readonly NetworkNode[]
  readonly edges: readonly NetworkEdge[]
  /** Input ports in their order, and the ports inside that each of them feeds. */
  readonly inputs: readonly { readonly name: string; readonly to: readonly PortReference[] }[]
  /** Output ports in their order, and where each comes from. */
  readonly outputs: readonly { readonly name: string; readonly from: PortReference }[]
  readonly exposed: readonly ExposedParameter[]
}

export interface NetworkDocument {
  readonly format: 'netloom'
  readonly version: typeof documentVersion
  readonly name: string
  readonly nodes: readonly NetworkNode[]
  readonly edges: readonly NetworkEdge[]
  /** The training recipe; its form belongs to training/recipe.ts. */
  readonly recipe?: Readonly<Record<string, unknown>>
  readonly dataset?: DatasetReference
  /** A weights file beside the document (safetensors or ONNX), relative to it. */
  readonly weights?: string
  /** Where that file keeps layers that were renamed since; null: it has nothing for them (weightPaths.ts). */
  readonly weightPaths?: Readonly<Record<string, string | null>>
  /** Names of the classes, in the order of the outputs. */
  readonly classes?: readonly string[]
  readonly scaling?: InputScaling
  /** Definitions of the user-made blocks. */
  readonly blocks?: readonly UserBlock[]
  /** Comments on the canvas, the lowest first. */
  readonly notes?: readonly CanvasNote[]
  readonly layout?: CanvasLayout
}
