// What files of networks are called, in this one place; not what is in them (schema.ts).

/** What a new document's name ends in. Systems choose the program for a file by its last ending, so it is one of its own. */
export const documentEnding = '.netloom'

/** The other ending of documents, which tells every program that they are text. The command line writes it. */
export const textEnding = '.netloom.json'

/** The endings of documents. */
export const documentEndings = [documentEnding, textEnding] as const

/** What files of ONNX end in. */
export const onnxEnding = '.onnx'

/** The longer one first, of which the shorter one can be a part. */
const stripped = [textEnding, documentEnding, '.json', onnxEnding] as const

/** Whether a path's last part is a name in front of an ending, in any case. */
function hasEnding(path: string, ending: string): boolean {
  const name = path.split(/[\\/]/).at(-1) ?? ''
  return name.length > ending.length && name.toLowerCase().endsWith(ending)
}

/** Whether a file is a document by its name. */
export function isDocumentName(path: string): boolean {
  return documentEndings.some((ending) => hasEnding(path, ending))
}

/** Whether a file is an ONNX model by its name. */
export function isOnnxName(path: string): boolean {
  return hasEnding(path, onnxEnding)
}

/** Whether a file is one that the systems open with Netloom. */
export function isOpenableName(path: string): boolean {
  return isDocumentName(path) || isOnnxName(path)
}

/** Whether a document may be written under a name: one with an ending of documents, or of JSON. */
export function isWritableName(path: string): boolean {
  return isDocumentName(path) || hasEnding(path, '.json')
}

/** Whether a document may lie under a name, or another program's network. */
export function isNetworkName(path: string): boolean {
  return isWritableName(path) || isOnnxName(path)
}

/** A path as a document is written: with an ending that it has already, or the usual one. */
export function withDocumentEnding(path: string): string {
  return isWritableName(path) ? path : `${path}${documentEnding}`
}

/** A path without the ending of a network's file. */
export function withoutEnding(path: string): string {
  const ending = stripped.find((each) => hasEnding(path, each))
  return ending === undefined ? path : path.slice(0, -ending.length)
}
