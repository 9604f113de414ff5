// What is said of missing parts, by how Netloom was installed.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findInstallation, wayToAdd, wayToRepair } from './installation'

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
    'Run npm run build.',
    'Install Netloom again.',
    'Install Netloom again.',
  ])
  expect([wayToAdd('webgpu', 'checkout'), wayToAdd('webgpu', 'packed')]).toEqual(['npm install webgpu', undefined])
  expect(wayToAdd('webgpu', 'npm')).toBe('have npm install webgpu where Netloom is installed')
})
