import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseMac, parseNvidia, parseWindows, readLinuxCards } from './graphicsAdapters'

describe('graphics adapters', () => {
  it('reads nvidia-smi, one line for each, memory in MiB', () => {
    expect(parseNvidia('NVIDIA H200, 550.54.15, 143771\nNVIDIA T4, 550.54.15, [N/A]\n')).toEqual([
      { name: 'NVIDIA H200', driver: '550.54.15', memoryBytes: 143_771 * 1024 * 1024 },
      { name: 'NVIDIA T4', driver: '550.54.15', memoryBytes: null },
    ])
  })

  it('reads PowerShell, whose memory ends at 4 GB', () => {
    const one = '{"Name":"Intel(R) UHD Graphics","DriverVersion":"31.0.101.2125","AdapterRAM":1073741824}'
    const other = '{"Name":"NVIDIA GeForce RTX 4070","DriverVersion":"32.0.15.6094","AdapterRAM":4293918720}'
    const intel = { name: 'Intel(R) UHD Graphics', driver: '31.0.101.2125', memoryBytes: 1_073_741_824 }
    expect(parseWindows(one)).toEqual([intel])
    expect(parseWindows(`[${one},${other}]`)).toEqual([
      intel,
      { name: 'NVIDIA GeForce RTX 4070', driver: '32.0.15.6094', memoryBytes: null },
    ])
    expect(parseWindows('Get-CimInstance : Access denied')).toEqual([])
  })

  it('reads system_profiler', () => {
    const text =
      '{"SPDisplaysDataType":[{"sppci_model":"Apple M3","sppci_cores":"10"},{"sppci_model":"AMD Radeon Pro 5500M","spdisplays_vram":"8 GB"}]}'
    expect(parseMac(text, '23.5.0')).toEqual([
      { name: 'Apple M3', driver: 'macOS 23.5.0', memoryBytes: null },
      { name: 'AMD Radeon Pro 5500M', driver: 'macOS 23.5.0', memoryBytes: 8 * 2 ** 30 },
    ])
  })

  it.skipIf(process.platform === 'win32')(
    'reads the cards of Linux, without the connectors of their screens',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'netloom-drm-'))
      await mkdir(join(folder, 'card0', 'device'), { recursive: true })
      await mkdir(join(folder, 'card0-HDMI-A-1'))
      await mkdir(join(folder, 'amdgpu'))
      await symlink(join(folder, 'amdgpu'), join(folder, 'card0', 'device', 'driver'))
      await writeFile(join(folder, 'card0', 'device', 'vendor'), '0x1002\n')
      await writeFile(join(folder, 'card0', 'device', 'device'), '0x73bf\n')
      await writeFile(join(folder, 'card0', 'device', 'mem_info_vram_total'), '17163091968\n')
      expect(await readLinuxCards(folder, '6.1.0')).toEqual([
        { name: 'AMD graphics 0x73bf', driver: 'amdgpu 6.1.0', memoryBytes: 17_163_091_968 },
      ])
      expect(await readLinuxCards(join(folder, 'nothing'), '6.1.0')).toEqual([])
      await rm(folder, { recursive: true })
    },
  )
})
