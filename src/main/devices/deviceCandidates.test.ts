import { describe, expect, it } from 'vitest'
import { listCandidates } from './deviceCandidates'
import type { DeviceHost } from './deviceHost'

const linux: DeviceHost = {
  platform: 'linux',
  arch: 'x64',
  processor: 'A processor',
  isElectron: false,
  installation: 'checkout',
  hasPackage: () => true,
}

function triable(host: DeviceHost): string[] {
  return listCandidates(host)
    .filter(({ missing }) => missing === undefined)
    .map(({ engine, device }) => `${engine} ${device}`)
}

describe('listCandidates', () => {
  it('tries what the packages for a system hold', () => {
    expect(triable(linux)).toEqual(['ort cpu', 'ort webgpu', 'ort cuda', 'tfjs cpu', 'tfjs webgpu', 'tfjs cuda'])
    const windows: DeviceHost = { ...linux, platform: 'win32', hasPackage: () => false }
    expect(triable(windows)).toEqual(['ort cpu', 'ort webgpu', 'ort dml', 'tfjs cpu'])
    const mac: DeviceHost = { ...linux, platform: 'darwin', arch: 'arm64' }
    expect(triable(mac)).toEqual(['ort cpu', 'ort webgpu', 'ort coreml', 'tfjs cpu', 'tfjs webgpu'])
  })

  it('does not offer Dawn inside Electron, and says where it works', () => {
    const inElectron = listCandidates({ ...linux, isElectron: true })
    const dawn = inElectron.find(({ engine, device }) => engine === 'tfjs' && device === 'webgpu')
    expect(dawn?.missing).toContain('not inside Electron')
    expect(inElectron.find(({ engine, device }) => engine === 'ort' && device === 'webgpu')?.missing).toBeUndefined()
  })

  it('gives everything that is missing a reason in whole sentences', () => {
    for (const { missing } of listCandidates({ ...linux, arch: 'riscv64', hasPackage: () => false }))
      if (missing !== undefined) expect(missing).toMatch(/^(?:[A-Z]|@tensorflow).*\.$/u)
  })

  it('names commands of npm only where a package can be added by one', () => {
    const saidIn = (installation: DeviceHost['installation']): string =>
      listCandidates({ ...linux, installation, hasPackage: () => false })
        .flatMap(({ missing, caution }) => missing ?? caution ?? [])
        .join('\n')
    expect(saidIn('checkout')).toContain(
      'Dawn is not installed: use the engine ort, or add the package webgpu to Netloom.',
    )
    expect(saidIn('npm')).toContain('or add the package webgpu to Netloom.')
    expect(saidIn('packed')).toContain('Dawn is not installed: use the engine ort.')
    expect(saidIn('packed')).not.toContain('npm')
  })
})
