// The graphics processors of this machine with driver and memory, from what the system's own tools say; whether they compute is found by trying.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { release } from 'node:os'
import { basename, join } from 'node:path'
import { z } from 'zod'

export interface GraphicsAdapter {
  readonly name: string
  /** Name or version, as the system has it; '' where it says nothing. */
  readonly driver: string
  /** Its own memory; null where it has none or it is not known. */
  readonly memoryBytes: number | null
}

/** Runs a program. @returns its output; undefined where it is missing, fails or takes too long */
export type RunTool = (program: string, args: readonly string[]) => Promise<string | undefined>

const toolPatienceMs = 5000

const runTool: RunTool = (program, args) =>
  new Promise((resolve) => {
    execFile(program, [...args], { timeout: toolPatienceMs, encoding: 'utf8', windowsHide: true }, (error, stdout) =>
      resolve(error ? undefined : stdout),
    )
  })

/** @param text of `nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader,nounits`, memory in MiB */
export function parseNvidia(text: string): readonly GraphicsAdapter[] {
  return text
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter(([name]) => name !== undefined && name !== '')
    .map(([name = '', driver = '', memory]) => {
      const mebibytes = Number(memory)
      return { name, driver, memoryBytes: Number.isFinite(mebibytes) ? mebibytes * 2 ** 20 : null }
    })
}

const windowsSchema = z.object({
  Name: z.string().nullable(),
  DriverVersion: z.string().nullable(),
  AdapterRAM: z.number().nullable(),
})

/** Windows keeps the memory in 32 bits: this much means at least this much. */
const largestAdapterRam = 2 ** 32 - 2 ** 20

/** @param text of PowerShell: one video controller as an object, several as an array */
export function parseWindows(text: string): readonly GraphicsAdapter[] {
  const parsed = z.union([z.array(windowsSchema), windowsSchema]).safeParse(parseJson(text))
  if (!parsed.success) return []
  return [parsed.data].flat().map(({ Name, DriverVersion, AdapterRAM }) => ({
    name: Name ?? 'GPU',
    driver: DriverVersion ?? '',
    memoryBytes: AdapterRAM !== null && AdapterRAM > 0 && AdapterRAM < largestAdapterRam ? AdapterRAM : null,
  }))
}

const macSchema = z.object({
  SPDisplaysDataType: z.array(
    z.object({ sppci_model: z.string().optional(), spdisplays_vram: z.string().optional() }).loose(),
  ),
})

/** @param text of `system_profiler SPDisplaysDataType -json` @param system its version, which the drivers are part of */
export function parseMac(text: string, system: string): readonly GraphicsAdapter[] {
  const parsed = macSchema.safeParse(parseJson(text))
  if (!parsed.success) return []
  return parsed.data.SPDisplaysDataType.map(({ sppci_model: name = 'GPU', spdisplays_vram: memory }) => {
    const said = /^(\d+) (GB|MB)$/u.exec(memory ?? '')
    const memoryBytes = said ? Number(said[1]) * (said[2] === 'GB' ? 2 ** 30 : 2 ** 20) : null
    return { name, driver: `macOS ${system}`, memoryBytes }
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const vendors: Readonly<Record<string, string>> = {
  '0x1002': 'AMD graphics',
  '0x8086': 'Intel graphics',
  '0x10de': 'NVIDIA graphics',
  '0x1af4': 'virtual graphics',
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )
}

/** Reads /sys/class/drm. @see Linux 6.1, Documentation/gpu/amdgpu/driver-misc.rst for mem_info_vram_total */
export async function readLinuxCards(folder: string, system: string): Promise<readonly GraphicsAdapter[]> {
  const entries = await readdir(folder).catch(() => [])
  const adapters: GraphicsAdapter[] = []
  for (const card of entries.filter((entry) => /^card\d+$/u.test(entry)).sort()) {
    const device = join(folder, card, 'device')
    const vendor = await readText(join(device, 'vendor'))
    if (vendor === undefined) continue
    const driver = await readlink(join(device, 'driver')).then(basename, () => '')
    const memory = Number(await readText(join(device, 'mem_info_vram_total')))
    adapters.push({
      name: `${vendors[vendor] ?? `graphics of ${vendor}`} ${(await readText(join(device, 'device'))) ?? ''}`.trim(),
      driver: `${driver} ${system}`.trim(),
      memoryBytes: memory > 0 ? memory : null,
    })
  }
  return adapters
}

const nvidiaQuery = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader,nounits']
const windowsQuery =
  'Get-CimInstance Win32_VideoController | Select-Object Name,DriverVersion,AdapterRAM | ConvertTo-Json -Compress'

/** The graphics processors, those with tools of their own first; none where nothing is found. */
export async function findAdapters(run: RunTool = runTool): Promise<readonly GraphicsAdapter[]> {
  if (process.platform === 'win32')
    return parseWindows(
      (await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', windowsQuery])) ?? '',
    )
  if (process.platform === 'darwin')
    return parseMac((await run('system_profiler', ['SPDisplaysDataType', '-json'])) ?? '', release())
  const nvidia = parseNvidia((await run('nvidia-smi', nvidiaQuery)) ?? '')
  const cards = await readLinuxCards('/sys/class/drm', release())
  return [...nvidia, ...cards.filter(({ name }) => nvidia.length === 0 || !name.startsWith('NVIDIA'))]
}

/**
 * Whether a graphics processor may be here, without starting anything: on Linux by the devices of its drivers and by
 * the names of Vulkan drivers in the environment, elsewhere always.
 */
export function mayHaveGraphics(environment: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform !== 'linux') return true
  if (environment['VK_ICD_FILENAMES'] || environment['VK_DRIVER_FILES']) return true
  return ['/dev/dri', '/dev/nvidia0', '/dev/nvidiactl', '/dev/dxg'].some((path) => existsSync(path))
}
