// What one part of the screen asks of another that it does not know, by name and with a subject; what needs no subject is a command.

/**
 * `training.showRun`: shows the curves of a run; `training.resumeRun`: goes on with it; `models.changesSince`: what is
 * another in the network on the screen than in the run's. The subject is the run's folder.
 */
export type RequestName = 'training.showRun' | 'training.resumeRun' | 'models.changesSince'

type Answer = (subject: string) => void

const answers = new Map<RequestName, Answer>()
const waiting = new Map<RequestName, string>()

/** Asks for something; what nobody answers yet is answered as soon as somebody can. */
export function request(name: RequestName, subject: string): void {
  const answer = answers.get(name)
  if (answer) answer(subject)
  else waiting.set(name, subject)
}

/**
 * Says who answers requests.
 * @returns ends it
 */
export function answerRequests(table: Readonly<Partial<Record<RequestName, Answer>>>): () => void {
  const names = Object.keys(table) as RequestName[] // keys of a typed table
  for (const name of names) {
    const answer = table[name]
    if (!answer) continue
    answers.set(name, answer)
    const subject = waiting.get(name)
    waiting.delete(name)
    if (subject !== undefined) answer(subject)
  }
  return () => {
    for (const name of names) if (answers.get(name) === table[name]) answers.delete(name)
  }
}
