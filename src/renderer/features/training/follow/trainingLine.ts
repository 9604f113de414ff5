// Trainings that would share a device: the question before the second one, and those that wait in line for the first to end; not starting one (trainingStore.ts).
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { RunningTraining } from '../../../../shared/contract/trainingCalls'
import type { DeviceName } from '../../../../shared/training/deviceNames'
import { deviceTitle } from '../../../kernel/devices/deviceTitles'
import { ask } from '../../../kernel/dialogs/questions'
import { uiStore } from '../../../kernel/ui/uiStore'
import type { DocumentSession } from '../../../session/document/DocumentSession'
import { whenSessionsClose } from '../../../session/document/documentStore'
import { showTab } from '../../../session/document/tabFlows'
import { runningStore } from '../../../session/runs/runningTrainings'

/** A training that begins as soon as its device is free. */
export interface Waiting {
  readonly session: DocumentSession
  /** What is to be trained, as a person calls it. */
  readonly name: string
  readonly device: DeviceName
  /** @returns the folder of the run; undefined where it was refused, which is told with its network */
  readonly begin: () => Promise<string | undefined>
}

/** Those that wait, the next one first. */
export const lineStore = createStore<{ readonly waiting: readonly Waiting[] }>()(() => ({ waiting: [] }))

/** Which device `auto` becomes is not known before it is measured, so that it may be any. */
function mayBeSame(wanted: DeviceName, other: DeviceName | null): boolean {
  return wanted === 'auto' || other === null || other === 'auto' || wanted === other
}

/** The trainings under way that a new one would share its device with. */
export function findRivals(
  wanted: DeviceName,
  trainings: readonly RunningTraining[] = runningStore.getState().trainings,
): readonly RunningTraining[] {
  return trainings.filter(({ device }) => mayBeSame(wanted, device))
}

function describeRival({ name, epoch, epochs, device, isElsewhere }: RunningTraining): string {
  const where = device === null || device === 'auto' ? '' : ` on ${deviceTitle(device)}`
  const how = epoch === null ? ' and prepares' : `, epoch ${epoch} of ${epochs}`
  return `${name} trains${where}${how}${isElsewhere ? ', in another program' : ''}.`
}

/** Asks what becomes of a training beside others on its device; nothing is asked where there are none. */
export async function askBeside(rivals: readonly RunningTraining[]): Promise<'now' | 'wait' | 'cancel'> {
  if (rivals.length === 0) return 'now'
  const answer = await ask({
    title: rivals.length === 1 ? 'Another training runs' : `${rivals.length} other trainings run`,
    message: `${rivals.map(describeRival).join(' ')} Both at once share the device and its memory: each takes longer, and may run out of memory. In line, this one starts by itself when the device is free.`,
    choices: [
      { value: 'now', label: 'Start anyway' },
      { value: 'wait', label: 'Wait in line', tone: 'main' },
    ],
  })
  return answer === 'now' || answer === 'wait' ? answer : 'cancel'
}

const activityOf = ({ session }: Waiting): string => `waiting ${session.number}`

function open({ session }: Waiting): void {
  showTab(session)
  uiStore.getState().setScreen('train')
}

/** Has a training wait; one training of each network at most. */
export function waitInLine(waiting: Waiting): void {
  leaveLine(waiting.session)
  lineStore.setState((state) => ({ waiting: [...state.waiting, waiting] }))
  const label = `${waiting.name} waits to be trained`
  uiStore
    .getState()
    .setActivity(activityOf(waiting), { label, fraction: null, screen: 'train', open: () => open(waiting) })
  void look()
}

/** Takes the training of a network out of the line. */
export function leaveLine(session: DocumentSession): void {
  const { waiting } = lineStore.getState()
  for (const each of waiting) if (each.session === session) uiStore.getState().setActivity(activityOf(each), null)
  lineStore.setState({ waiting: waiting.filter((each) => each.session !== session) })
}

/** The training of a network that waits, followed while the component is mounted. */
export function useWaiting(session: DocumentSession): Waiting | undefined {
  return useStore(lineStore, ({ waiting }) => waiting.find((each) => each.session === session))
}

/** What was just begun is told as running only a moment later. */
const begunMs = 5000
const begun = new Map<string, number>()
let isBeginning = false

function isFree({ device }: Waiting): boolean {
  const { trainings } = runningStore.getState()
  for (const [run, atMs] of begun)
    if (Date.now() - atMs > begunMs || trainings.some((training) => training.run === run)) begun.delete(run)
  return begun.size === 0 && findRivals(device, trainings).length === 0
}

/** Begins the first training whose device is free. */
async function look(): Promise<void> {
  const next = isBeginning ? undefined : lineStore.getState().waiting.find(isFree)
  if (!next) return
  isBeginning = true
  leaveLine(next.session)
  try {
    const run = await next.begin()
    if (run !== undefined) {
      begun.set(run, Date.now())
      // One that ended before it was ever told as running holds up nobody.
      setTimeout(() => void look(), begunMs + 100)
    }
  } finally {
    isBeginning = false
  }
  await look()
}

/** Begins what waits whenever something has ended. @returns ends it */
export function followLine(): () => void {
  const ends = [runningStore.subscribe(() => void look()), whenSessionsClose(leaveLine)]
  return () => {
    for (const end of ends) end()
  }
}
