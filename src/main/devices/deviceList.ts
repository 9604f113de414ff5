// Engines and devices of this machine as the command line and the app show them, and getting CUDA; how it is done is main/devices.
import type { DeviceReport } from '../../shared/training/deviceNames'
import { internalError } from '../../shared/graph/errors'
import { cudaLicence, cudaNeeds, describeCudaPackage, isCudaInstalled, type CudaPackage } from './cuda/cudaPackage'
import { findCudaDownload, installCuda, removeCuda, type InstallOptions } from './cuda/installCuda'
import { thisHost } from './deviceHost'
import { findDevices, type FindDevicesOptions } from './deviceReports'

/** Every device of every engine, with what is missing or wrong where one does not work. */
export async function reportDevices(options: FindDevicesOptions = {}): Promise<readonly DeviceReport[]> {
  const found = await findDevices(options)
  return found.map(({ engine, device, name, state, detail, imagesPerSecond }) => ({
    engine,
    device,
    name,
    state,
    detail,
    imagesPerSecond,
  }))
}

/** What getting CUDA means, before it is done. */
export interface CudaOffer {
  readonly package: string
  readonly version: string
  readonly source: string
  readonly licence: string
  /** What is not part of it. */
  readonly needs: string
  readonly folder: string
  readonly isInstalled: boolean
  /** Of the download. */
  readonly sizeBytes: number
}

export interface CudaOptions extends InstallOptions {
  /** The service index of another NuGet feed. */
  readonly feed?: string
  /** Where the files go; left out: beside ONNX Runtime's library. */
  readonly folder?: string
  /** Where device reports are remembered. */
  readonly stateFolder?: string
}

function cudaPackage({ feed, folder }: CudaOptions): CudaPackage {
  return describeCudaPackage(thisHost(), { feed, folder })
}

/** Whether Netloom can get CUDA for this system, or has got it. */
export function cudaState(options: CudaOptions = {}): 'installed' | 'offered' | 'unsupported' {
  try {
    return isCudaInstalled(cudaPackage(options)) ? 'installed' : 'offered'
  } catch {
    return 'unsupported'
  }
}

/** Asks the feed for the size. @throws NetloomError engine.device, download.failed with the way out */
export async function offerCuda(options: CudaOptions = {}): Promise<CudaOffer> {
  const wanted = cudaPackage(options)
  const { sizeBytes } = await findCudaDownload(wanted, options.signal)
  return {
    package: wanted.name,
    version: wanted.version,
    source: new URL(wanted.feed).host,
    licence: cudaLicence,
    needs: cudaNeeds,
    folder: wanted.folder,
    isInstalled: isCudaInstalled(wanted),
    sizeBytes,
  }
}

/**
 * Gets ONNX Runtime's CUDA provider and tries it.
 * @returns the report of CUDA: installed, it may still lack the driver or CUDA's own libraries
 * @throws NetloomError as `installCuda`
 */
export async function getCuda(options: CudaOptions = {}): Promise<DeviceReport> {
  await installCuda(cudaPackage(options), options)
  return tryCuda(options)
}

/** Takes the provider away again. @returns the bytes that are free again @throws NetloomError file.read, file.write */
export async function dropCuda(options: CudaOptions = {}): Promise<number> {
  const freed = await removeCuda(cudaPackage(options))
  await tryCuda(options)
  return freed
}

/** What is known of CUDA is old once its files come or go. */
async function tryCuda({ signal, stateFolder }: CudaOptions): Promise<DeviceReport> {
  const reports = await reportDevices({ engine: 'ort', isRefreshed: true, signal, stateFolder })
  const report = reports.find(({ engine, device }) => engine === 'ort' && device === 'cuda')
  if (!report) throw internalError('CUDA is not among the devices')
  return report
}
