// What is said of missing parts, by how Netloom was installed.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { commandToAdd, commandToRepair, findInstallation, wayToAdd, wayToRepair } from './installation'

it('knows the source, a package of npm and a packed program apart', async () => {
  expect(findInstallation()).toBe('checkout')
  expect(findInstallation('/opt/Netloom/resources/app.asar/out/main/main.js')).toBe('packed')
  expect(findInstallation('C:\\Program Files\\Netloom\\resources\\app.asar.unpacked\\out\\main\\trainer.js')).toBe(
    'packed',
  )
  const root = await mkdtemp(join(tmpdir(), 'netloom-installed-'))
  const folder = join(root, 'node_modules', 'netloom', 'out', 'main')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, '..', '..', 'package.json'), '{}')
  expect(findInstallation(join(folder, 'cli.js'))).toBe('npm')
  await rm(root, { recursive: true })
})

it('names a command only where there is one', () => {
  expect([wayToRepair('checkout'), wayToRepair('npm'), wayToRepair('packed')]).toEqual([
    'Build Netloom again.',
    'Install Netloom again.',
    'Install Netloom again.',
  ])
  expect([commandToRepair('checkout'), commandToRepair('npm'), commandToRepair('packed')]).toEqual([
    'npm run build',
    undefined,
    undefined,
  ])
  for (const installation of ['checkout', 'npm'] as const)
    expect(wayToAdd('webgpu', installation)).toBe('add the package webgpu to Netloom')
  expect([commandToAdd('webgpu', 'checkout'), commandToAdd('webgpu', 'npm')]).toEqual([
    'npm install webgpu',
    'npm install webgpu, where Netloom is installed',
  ])
  expect([wayToAdd('webgpu', 'packed'), commandToAdd('webgpu', 'packed')]).toEqual([undefined, undefined])
})
