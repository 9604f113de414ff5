// Where an export is proposed to go: into the folder of the project; not asking for it.
import { joinPath, splitPath } from '../../../kernel/dialogs/filePaths'
import { withoutEnding } from '../../../../shared/graph/fileNames'

export interface Exportable {
  /** A run folder, a document or a model file. */
  readonly path: string
  readonly name: string
  readonly isRun: boolean
}

/**
 * The folder of a run's or a document's project; of a network that lies nowhere, `home`.
 * @param documentPath of the document that the model is the network of; null where that is not saved; undefined for a model of its own files
 */
function projectFolder({ path, isRun }: Exportable, documentPath: string | null | undefined, home: string): string {
  if (documentPath === null) return home
  const { folder = home } = splitPath(documentPath ?? path)
  if (!isRun || documentPath !== undefined) return folder
  // Runs lie in a folder `runs` beside their document.
  const parent = splitPath(folder)
  return parent.name === 'runs' ? (parent.folder ?? folder) : folder
}

/** The path that is proposed. @param ending such as `onnx` */
export function exportPlace(
  model: Exportable,
  ending: string,
  documentPath: string | null | undefined,
  home: string,
): string {
  const name = withoutEnding(model.name).replaceAll(/[/\\:*?"<>|]+/g, '-')
  return joinPath(projectFolder(model, documentPath, home), `${name}.${ending}`)
}
