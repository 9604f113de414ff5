// Opening the network of a run as it was trained, and asking what changed since; not comparing (features/models).
import { request } from '../../kernel/commands/requests'
import { client } from '../../kernel/core/client'
import { showFailure } from '../../kernel/failures/showFailure'
import { openLoose } from '../document/documentFlows'

/** A run as it is named to a person. */
export interface NamedRun {
  readonly id: string
  readonly name: string
}

/** Opens the network as it was trained, as a document of its own. */
export async function openAsTrained({ id, name }: NamedRun): Promise<void> {
  try {
    openLoose({ text: await client.runs.document({ run: id }) }, { run: id })
  } catch (error) {
    showFailure(`The network of ${name} cannot be opened`, error)
  }
}

/** Shows what is another in the network on the screen than in the run's. */
export function showChangesSince({ id }: NamedRun): void {
  request('models.changesSince', id)
}
