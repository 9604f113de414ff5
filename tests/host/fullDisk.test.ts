// A disk that fills up under a real training: the screen hears why, the last checkpoint stays, and training goes on once there is room.
import { execFileSync } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCheckpoint } from '../../src/main/runs/runFolder'
import { useHost } from './hostFixture'
import { buildLenet } from './lenet'

const fixture = useHost()

describe('a disk that fills up while a network trains', () => {
  it('is reported with the way out, and nothing before it is lost', async (context) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      context.skip('mounting a small disk needs Linux and root')
    const { root, connect } = fixture()
    const parent = join(root, 'small disk')
    await mkdir(parent)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', parent], { stdio: 'ignore' })
    } catch {
      context.skip('this machine does not allow mounting')
    }
    try {
      const { client } = await connect()
      const ballast = join(parent, 'ballast')
      const { run } = await client.training.start({
        document: buildLenet(),
        recipe: { epochs: 200, batchSize: 20, seed: 3 },
        dataset: { reference: 'builtin:digits', options: { limit: 200 } },
        device: 'cpu',
        parent,
        name: 'full',
      })
      let failure
      let checkpoints = 0
      for await (const { event } of await client.training.events({ run })) {
        if (event.kind === 'checkpointWritten') checkpoints++
        if (event.kind === 'checkpointWritten' && checkpoints === 3)
          execFileSync('sh', ['-c', 'cat /dev/zero > "$0" 2>/dev/null || true', ballast])
        if (event.kind === 'failed') failure = event.error
      }
      expect(failure).toMatchObject({ code: 'file.write' })
      expect(failure?.message).toMatch(/the disk is full \(ENOSPC\)\. Free some space and try again\.$/)
      const kept = await readCheckpoint(run, 'last')
      expect(kept?.progress.stepsTaken).toBeGreaterThan(0)
      await rm(ballast)
      const epochs = (kept?.progress.epoch ?? 0) + 1
      await client.training.resume({ run, epochs })
      let last = ''
      for await (const { event } of await client.training.events({ run, after: 1_000_000 })) last = event.kind
      expect(last).toBe('finished')
      expect((await client.runs.list()).find(({ id }) => id === run)).toMatchObject({ state: 'finished', epochs })
    } finally {
      execFileSync('umount', [parent])
    }
  })
})
