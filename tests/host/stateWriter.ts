// A program that remembers numbers and keeps copies of unsaved work in a state folder, as a second server does; started by sharedState.test.ts.
import { z } from 'zod'
import { RecoveryShelf } from '../../src/main/files/recoveryShelf'
import { StateFile } from '../../src/main/files/stateFolder'

const [folder = '', name = '', rounds = '0'] = process.argv.slice(2)
const file = new StateFile(folder, 'numbers.json', z.array(z.string()), [])
const recoveries = new RecoveryShelf(folder)
for (let round = 0; round < Number(rounds); round++) {
  await file.update((all) => [...all, `${name}-${round}`])
  await recoveries.keep({
    id: `${name}-${round % 5}`,
    path: null,
    name,
    savedMs: round,
    seenMs: null,
    text: `${round}`,
  })
}
