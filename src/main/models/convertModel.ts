// A decoded ONNX model as a network document, with the help of ONNX Runtime where a shape or a constant is not known here.
import { importOnnx, type ImportedNetwork, type ImportOptions } from '../../shared/exchange/onnx/importOnnx'
import { ComputedConstants, UnknownConstant } from '../../shared/exchange/onnx/runtimeConstants'
import { NetloomError } from '../../shared/graph/errors'
import type { OnnxModel } from '../../shared/onnx/model'
import { computeConstant } from './computeConstant'
import { observeTypes } from './observedTypes'

/** The most constants that are computed by ONNX Runtime for one file. */
const mostComputed = 2_000

/** What a runtime has found out of a file. */
export type FoundOut = Pick<ImportOptions, 'constants' | 'stated'> & { readonly constants: ComputedConstants }

/**
 * Converts a model; constants that nothing here computes are computed by ONNX Runtime, and where an operator has no shape
 * rule, the shapes are those seen in a run.
 * @throws NetloomError onnx.*; all name the file
 */
export async function convertModel(path: string, model: OnnxModel, options: ImportOptions): Promise<ImportedNetwork> {
  try {
    return await findOut(model, options, (found) => importOnnx(model, { ...options, ...found }))
  } catch (error) {
    throw error instanceof NetloomError ? named(path, error) : error
  }
}

/**
 * Reads a model with what a runtime finds out of it, and again as long as something is missing that it can find out.
 * @throws what `read` throws at last
 */
export async function findOut<T>(
  model: OnnxModel,
  { inputShape }: Pick<ImportOptions, 'inputShape'>,
  read: (found: FoundOut) => T,
): Promise<T> {
  const constants = new ComputedConstants()
  let stated: ImportOptions['stated']
  for (let round = 0; ; round++) {
    try {
      return read({ constants, stated })
    } catch (error) {
      if (!(error instanceof NetloomError) || round > mostComputed) throw error
      if (error instanceof UnknownConstant) {
        const outputs = await computeConstant(model, error.question)
        if (!outputs) throw error
        constants.remember(error.question, outputs)
        continue
      }
      if (stated || error.code !== 'onnx.unsupported') throw error
      stated = await observe(model, inputShape)
      if (!stated || stated.size === 0) throw error
    }
  }
}

/** The types that a run shows; undefined where the graph itself is refused. */
async function observe(model: OnnxModel, inputShape: ImportOptions['inputShape']): Promise<ImportOptions['stated']> {
  try {
    return await observeTypes(model, inputShape)
  } catch (error) {
    if (error instanceof NetloomError) return undefined
    throw error
  }
}

/** Puts the file's name before the message. */
function named(path: string, error: NetloomError): NetloomError {
  const { code, nodeId, expected, received } = error
  return new NetloomError(code, `${path}: ${error.message}`, { nodeId, path, expected, received, cause: error })
}
