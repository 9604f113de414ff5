// What a screen does over a real WebSocket: files, documents and datasets.
import { chmod, mkdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCore } from '../../src/main/api/core'
import { allowOutside, requireInside } from '../../src/main/api/datasetGate'
import { idxFiles, plainPng } from '../datasets/imageFiles'
import { refusalOf, useHost } from './hostFixture'
import { buildLenet } from './lenet'

const fixture = useHost()

describe('files and documents', () => {
  it('lists folders first and documents by their kind, and nothing above a root', async () => {
    const { root, connect } = fixture()
    await mkdir(join(root, 'images'))
    await writeFile(join(root, 'a.netloom.json'), buildLenet())
    await writeFile(join(root, 'b.netloom'), buildLenet())
    await writeFile(join(root, '.hidden'), '')
    const { client } = await connect()
    expect(await client.files.roots()).toEqual([root])
    const listed = await client.files.list({ path: root })
    expect(listed.parent).toBeNull()
    expect(listed.entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['images', 'folder'],
      ['a.netloom.json', 'document'],
      ['b.netloom', 'document'],
    ])
    expect((await client.files.list({ path: join(root, 'images') })).parent).toBe(root)
  })

  it('makes a folder, and says why a name or a place is none for it', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const made = await client.files.makeFolder({ parent: root, name: ' Bilder für Mai ' })
    expect(made.path).toBe(join(root, 'Bilder für Mai'))
    expect((await stat(made.path)).isDirectory()).toBe(true)
    for (const name of ['', '.', '..', '.hidden', 'a/b', 'a\\b', 'a\0b', 'a:b', 'ends.']) {
      const { code, message } = await refusalOf(client.files.makeFolder({ parent: root, name }))
      expect([code, message], name).toEqual(['file.write', expect.stringMatching(/cannot be the name of a folder/)])
    }
    expect(await refusalOf(client.files.makeFolder({ parent: root, name: 'Bilder für Mai' }))).toMatchObject({
      code: 'file.write',
      message: expect.stringMatching(/is there already\. Choose another name/) as string,
    })
    const outside = client.files.makeFolder({ parent: join(root, '..'), name: 'x' })
    expect((await refusalOf(outside)).code).toBe('file.outside')
    const long = client.files.makeFolder({ parent: root, name: 'x'.repeat(300) })
    expect((await refusalOf(long)).message).toMatch(/could not be written/)
  })

  it('saves, opens and remembers a document, and refuses to write over another one', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const path = join(root, 'folder', 'b.netloom.json')
    const saved = await client.projects.save({ path, text: buildLenet('b'), replaces: null })
    expect((await client.projects.open({ path })).text).toBe(buildLenet('b'))
    expect((await client.projects.recent())[0]).toMatchObject({ path, name: 'b' })
    expect(await refusalOf(client.projects.save({ path, text: buildLenet('c'), replaces: null }))).toMatchObject({
      code: 'file.changed',
    })
    const again = await client.projects.save({ path, text: buildLenet('d'), replaces: saved.modifiedMs })
    await utimes(path, new Date(), new Date(Date.now() + 5000))
    const late = client.projects.save({ path, text: buildLenet('e'), replaces: again.modifiedMs })
    expect(await refusalOf(late)).toMatchObject({ code: 'file.changed' })
    expect(await readFile(path, 'utf8')).toBe(buildLenet('d'))
    await client.projects.save({ path, text: buildLenet('e'), replaces: again.modifiedMs, force: true })
    await client.projects.forget({ path })
    expect(await client.projects.recent()).toEqual([])
    const text = await refusalOf(
      client.projects.save({ path: join(root, 'b.txt'), text: buildLenet(), replaces: null }),
    )
    expect(text.message).toMatch(/b\.txt" does not end in \.netloom or \.netloom\.json\. Add the ending/)
  })

  it.skipIf(process.platform === 'win32')(
    'keeps the mode of a file, and asks before it replaces a read-only one',
    async () => {
      const { root, connect } = fixture()
      const { client } = await connect()
      const path = join(root, 'private.netloom.json')
      let { modifiedMs } = await client.projects.save({ path, text: buildLenet('a'), replaces: null })
      await chmod(path, 0o600)
      modifiedMs = (await client.projects.save({ path, text: buildLenet('b'), replaces: modifiedMs })).modifiedMs
      expect((await stat(path)).mode & 0o777).toBe(0o600)
      await chmod(path, 0o444)
      const save = { path, text: buildLenet('c'), replaces: modifiedMs }
      expect(await refusalOf(client.projects.save(save))).toMatchObject({ code: 'file.readOnly' })
      expect(await readFile(path, 'utf8')).toBe(buildLenet('b'))
      await client.projects.save({ ...save, force: true })
      expect(await readFile(path, 'utf8')).toBe(buildLenet('c'))
      expect((await stat(path)).mode & 0o777).toBe(0o444)
    },
  )

  it('takes images of 20 MB in parts, and calls a malformed request by its name', async () => {
    const { connect } = fixture()
    const { client } = await connect()
    const bytes = Buffer.alloc(20_000_000, 7)
    const part = 4 * 1024 * 1024
    const { upload } = await client.uploads.begin({ name: 'photograph.png', sizeBytes: bytes.length })
    for (let offset = 0; offset < bytes.length; offset += part)
      await client.uploads.append({ upload, offset, base64: bytes.subarray(offset, offset + part).toString('base64') })
    const asked = client.models.predict({ model: join(fixture().root, 'none'), image: { upload } })
    // It got as far as the model, so the image was taken.
    expect((await refusalOf(asked)).code).toBe('model.unknown')
    const tooLong = client.uploads.append({ upload, offset: 0, base64: 'A'.repeat(6_000_000) })
    expect((await refusalOf(tooLong)).code).toBe('request.invalid')
  })

  it('writes nothing but documents', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const script = client.projects.save({ path: join(root, 'x.json'), text: 'rm -rf', replaces: null })
    expect((await refusalOf(script)).code).toBe('document.syntax')
    const profile = client.projects.save({ path: join(root, '.profile'), text: buildLenet(), replaces: null })
    expect((await refusalOf(profile)).code).toBe('file.write')
    const exported = client.models.exportOnnx({ model: root, path: join(root, '.profile') })
    expect((await refusalOf(exported)).code).toBe('file.write')
  })

  it('keeps what a crash would lose until it is discarded', async () => {
    const { connect } = fixture()
    const { client } = await connect()
    await client.projects.keepRecovery({ id: 'one', path: null, name: 'unsaved', text: 'first' })
    await client.projects.keepRecovery({ id: 'one', path: null, name: 'unsaved', text: 'second' })
    const kept = await (await connect()).client.projects.recoveries()
    expect(kept.map(({ id, text }) => [id, text])).toEqual([['one', 'second']])
    await client.projects.discardRecovery({ id: 'one' })
    expect(await client.projects.recoveries()).toEqual([])
  })

  it('refuses paths outside the roots, through links too, and relative ways out', async () => {
    const { root, folder, connect } = fixture()
    const { client } = await connect()
    await writeFile(join(folder, 'secret.netloom.json'), buildLenet('secret'))
    await symlink(folder, join(root, 'way-out'))
    await symlink(join(folder, 'secret.netloom.json'), join(root, 'linked.netloom.json'))
    await symlink(join(folder, 'new.netloom.json'), join(root, 'dangling.netloom.json'))
    for (const path of [
      folder,
      '/etc',
      '..',
      `${root}/../secret.netloom.json`,
      join(root, 'way-out', 'secret.netloom.json'),
      join(root, 'linked.netloom.json'),
      `${root}\0/a`,
    ]) {
      expect((await refusalOf(client.files.list({ path }))).code, path).toBe('file.outside')
      expect((await refusalOf(client.projects.open({ path }))).code, path).toBe('file.outside')
      expect((await refusalOf(client.runs.document({ run: path }))).code, path).toBe('file.outside')
    }
    const text = buildLenet()
    for (const name of ['linked.netloom.json', 'dangling.netloom.json', 'way-out/new.netloom.json']) {
      const save = client.projects.save({ path: join(root, name), text, replaces: null, force: true })
      expect((await refusalOf(save)).code, name).toBe('file.outside')
    }
    const data = client.datasets.statistics({
      reference: `folder:${folder}`,
      format: { channels: 1, height: 8, width: 8, resize: 'crop' },
    })
    expect((await refusalOf(data)).code).toBe('file.outside')
    const { entries } = await client.files.list({ path: root })
    expect(entries.map(({ name }) => name)).not.toContain('way-out')
    await expect(stat(join(folder, 'new.netloom.json'))).rejects.toThrow('ENOENT')
  })

  it.each(['a CSV list', 'a linked class folder', 'a linked image', 'linked files of digits'])(
    'shows images that %s leads out to only after a yes that names their folder, and remembers it',
    async (kind) => {
      const { root, folder, core, connect } = fixture()
      const { client } = await connect()
      const name = kind.replaceAll(' ', '-')
      const [inside, private_] = [join(root, name), join(folder, `private-${name}`)]
      for (const path of [join(inside, 'a'), private_]) await mkdir(path, { recursive: true })
      await writeFile(join(inside, 'a', '1.png'), await plainPng([10, 20, 30]))
      await writeFile(join(private_, '2.png'), await plainPng([200, 20, 30]))
      let reference = `folder:${inside}`
      if (kind === 'a CSV list') {
        const rows = ['path,label', 'a/1.png,a', `${join(private_, '2.png')},b`, `../../private-${name}/2.png,b`]
        await writeFile(join(inside, 'list.csv'), rows.join('\n'))
        reference = `csv:${join(inside, 'list.csv')}`
      } else if (kind === 'a linked class folder') await symlink(private_, join(inside, 'b'))
      else if (kind === 'a linked image') {
        await mkdir(join(inside, 'b'))
        await symlink(join(private_, '2.png'), join(inside, 'b', '2.png'))
      } else {
        const { images, labels } = idxFiles(50)
        const files = { 'train-images-idx3-ubyte': images, 'train-labels-idx1-ubyte': labels }
        for (const [file, bytes] of Object.entries(files)) {
          await writeFile(join(private_, file), bytes)
          await symlink(join(private_, file), join(inside, file))
        }
        reference = `mnist:${inside}`
      }
      const page = { reference, split: 'train', from: 0, count: 9 } as const
      const described = async (): Promise<unknown> => {
        for await (const event of await client.datasets.describe({ reference })) void event
        return undefined
      }
      for (const call of [() => client.datasets.images(page), described]) {
        const refused = await refusalOf(call())
        expect(refused.code).toBe('dataset.outside')
        expect(refused.message).toContain(`"${private_}"`)
      }
      await client.datasets.allowOutside({ reference, folders: [folder, '/'] })
      expect((await refusalOf(client.datasets.images(page))).code).toBe('dataset.outside')
      await client.datasets.allowOutside({ reference, folders: [private_] })
      expect((await client.datasets.images(page)).total).toBeGreaterThan(0)
      await described()
      expect(await core.consents.read()).toContainEqual({ dataset: expect.any(String) as unknown, folder: private_ })
      // What was allowed for one dataset is not allowed for another.
      const copy = join(root, `copy-of-${name}`)
      await mkdir(join(copy, 'a'), { recursive: true })
      await writeFile(join(copy, 'a', '1.png'), await plainPng([10, 20, 30]))
      await symlink(private_, join(copy, 'b'))
      expect((await refusalOf(client.datasets.images({ ...page, reference: `folder:${copy}` }))).code).toBe(
        'dataset.outside',
      )
    },
  )

  it.each(['row', 'backslash row', 'dotted row', 'linked file', 'linked folder', 'row behind a link'])(
    'tells by no answer whether what a %s names outside exists',
    async (kind) => {
      const { root, folder, connect } = fixture()
      const { client } = await connect()
      const name = kind.replaceAll(' ', '-')
      const [inside, private_] = [join(root, `blind-${name}`), join(folder, `blind-${name}`)]
      for (const path of [join(inside, 'a'), join(inside, 'b'), private_]) await mkdir(path, { recursive: true })
      for (const each of ['a/1.png', 'b/1.png']) await writeFile(join(inside, each), await plainPng([10, 20, 30]))
      const list = async (row: string): Promise<string> => {
        await writeFile(join(inside, 'list.csv'), ['path,label', 'a/1.png,a', 'b/1.png,b', `${row},b`].join('\n'))
        return `csv:${join(inside, 'list.csv')}`
      }
      const place = (file: string): Promise<string> | string => {
        if (kind === 'row') return list(join(private_, file))
        if (kind === 'dotted row') return list(relative(inside, join(private_, file)))
        if (kind === 'backslash row') return list(relative(inside, join(private_, file)).replaceAll('/', '\\'))
        if (kind === 'row behind a link') return symlink(private_, join(inside, 'way')).then(() => list(`way/${file}`))
        const target = kind === 'linked file' ? join(private_, file) : join(private_, 'b')
        return symlink(target, join(inside, kind === 'linked file' ? 'b/2.png' : 'c')).then(() => `folder:${inside}`)
      }
      const reference = await place('2.png')
      const answers: unknown[] = []
      for (const isThere of [false, true]) {
        if (isThere) {
          await mkdir(join(private_, 'b'))
          for (const each of ['2.png', 'b/2.png']) await writeFile(join(private_, each), await plainPng([9, 9, 9]))
        }
        answers.push({ ...(await refusalOf(client.datasets.images({ reference, split: 'train', from: 0, count: 9 }))) })
      }
      expect(answers[0]).toMatchObject({ code: 'dataset.outside' })
      expect(answers[1]).toEqual(answers[0])
    },
  )

  it('tells by no answer whether a path outside exists, is a link or can be read', async () => {
    const { root, folder, connect } = fixture()
    const { client } = await connect()
    await symlink(join(folder, 'circle'), join(folder, 'circle'))
    await symlink(join(folder, 'nothing'), join(root, 'to-nothing'))
    await symlink(folder, join(root, 'to-something'))
    const messages = new Set<string>()
    for (const path of [folder, join(folder, 'nothing'), join(folder, 'circle'), '/dev/null', '/etc/passwd/x']) {
      const { code, message } = await refusalOf(client.projects.open({ path }))
      messages.add(`${code} ${message.replace(path, 'PATH')}`)
    }
    for (const name of ['to-nothing', 'to-something']) {
      const { code, message } = await refusalOf(client.projects.open({ path: join(root, name) }))
      messages.add(`${code} ${message.replace(join(root, name), 'PATH')}`)
    }
    expect([...messages]).toHaveLength(1)
  })

  it('takes no yes from screens that may be on other machines', async () => {
    const { root, folder, state } = fixture()
    const core = openCore({ roots: [root], stateFolder: join(state, 'remote'), mayWiden: false })
    const owned = { reference: `folder:${join(root, 'a-linked-class-folder')}`, options: {} }
    const refused = await requireInside(core, owned).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'dataset.outside', received: undefined })
    const allowed = allowOutside(core, owned, [join(folder, 'private-a-linked-class-folder')])
    await expect(allowed).rejects.toMatchObject({ code: 'file.outside' })
    await core.close()
  })
})

describe('datasets', () => {
  it('describes quickly, then with progress and all findings', async () => {
    const { client } = await fixture().connect()
    const events = []
    const request = { reference: 'builtin:digits', options: { limit: 300 } }
    for await (const event of await client.datasets.describe(request)) events.push(event)
    expect(events[0]).toMatchObject({ kind: 'description', quick: true })
    expect(events.some(({ kind }) => kind === 'progress')).toBe(true)
    expect(events.at(-1)).toMatchObject({
      kind: 'description',
      quick: false,
      description: { kind: 'builtin', channels: 1, sizes: [{ width: 28, height: 28 }] },
    })
  })

  it('leaves damaged files out of counts and lists alike once all have been read', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const folder = join(root, 'pets')
    for (const name of ['cat', 'dog']) {
      await mkdir(join(folder, name), { recursive: true })
      for (let index = 0; index < 5; index++)
        await writeFile(join(folder, name, `${index}.png`), await plainPng([40 * index, 0, name === 'cat' ? 0 : 200]))
    }
    await writeFile(join(folder, 'cat', '2.png'), 'no image')
    const request = { reference: `folder:${folder}`, options: { trainRange: [0, 10] as const, valFraction: 0 } }
    const ask = (label?: number) =>
      client.datasets.images({ ...request, split: 'train', from: 0, count: 100, class: label })
    let counts
    for await (const event of await client.datasets.describe(request))
      if (event.kind === 'description') counts = event.description.splits.train
    expect(counts).toEqual({ count: 9, perClass: [4, 5] })
    const all = await ask()
    expect([all.total, all.images.length]).toEqual([9, 9])
    expect(all.images.map(({ index }) => index)).not.toContain(2)
    expect(all.images.every(({ png }) => png !== null)).toBe(true)
    expect((await ask(0)).total).toBe(4)
  })

  it('says in a stream why a dataset cannot be opened', async () => {
    const { client } = await fixture().connect()
    const drain = async () => {
      for await (const event of await client.datasets.describe({ reference: 'folder:nothing-here' })) void event
    }
    expect((await refusalOf(drain())).code).toBe('dataset.missing')
  })

  it('gives pages of images as PNGs, by class, and as a network sees them', async () => {
    const { client } = await fixture().connect()
    const base = { reference: 'builtin:digits', options: { limit: 300 }, split: 'train' as const }
    const page = await client.datasets.images({ ...base, from: 290, count: 50 })
    expect([page.total, page.images.length, page.images[0]?.index]).toEqual([300, 10, 290])
    const threes = await client.datasets.images({ ...base, from: 0, count: 500, class: 3 })
    expect(threes.total).toBe(threes.images.length)
    expect(new Set(threes.images.map(({ label }) => label))).toEqual(new Set([3]))
    const seen = await client.datasets.images({
      ...base,
      from: 0,
      count: 1,
      format: { channels: 3, height: 40, width: 20, resize: 'letterbox' },
    })
    const png = Buffer.from(seen.images[0]?.png ?? '', 'base64')
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([20, 40])
  })

  it('gives single images in the order in which they are asked for', async () => {
    const { client } = await fixture().connect()
    const base = { reference: 'builtin:digits', split: 'test' as const, from: 0, count: 1 }
    const single = await client.datasets.images({ ...base, indices: [7, 3, 1_000_000] })
    const page = await client.datasets.images({ ...base, count: 8 })
    expect(single.images).toEqual([page.images[7], page.images[3]])
  })

  it('computes the normalisation of a format', async () => {
    const { client } = await fixture().connect()
    const scaling = await client.datasets.statistics({
      reference: 'builtin:digits',
      options: { limit: 100 },
      format: { channels: 1, height: 28, width: 28, resize: 'stretch' },
    })
    expect(scaling.mean).toHaveLength(1)
    expect(scaling.deviation[0]).toBeGreaterThan(0.1)
  })
})
