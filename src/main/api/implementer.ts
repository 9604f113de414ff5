// The contract as something to be implemented, every failure turned into its typed error; not what the calls do.
import { implement, ORPCError } from '@orpc/server'
import { ValidationError } from '@orpc/contract'
import type { ChosenPath } from '../../shared/contract/fileCalls'
import { contract } from '../../shared/contract/contract'
import type { PlainError } from '../../shared/training/events'
import type { ChooseRequest } from './core'
import { describeError } from '../process/sentErrors'

/** What a request that does not fit the contract's schemas says, place by place; a recipe's values are a rule of their own. */
function describeMisfit(error: ORPCError<string, unknown>): PlainError | undefined {
  if (error.code !== 'BAD_REQUEST' || !(error.cause instanceof ValidationError)) return undefined
  const issues = error.cause.issues.slice(0, 3).map(({ message, path = [] }) => ({
    place: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    message,
  }))
  const isOfRecipe = issues.every(({ place }) => /^recipe(?:\.|$)/.test(place))
  const texts = issues.map(({ place, message }) => (place === '' ? message : `${place}: ${message}`))
  return {
    code: isOfRecipe ? 'recipe.invalid' : 'request.invalid',
    message: `The request does not fit: ${texts.join('; ')}.`,
  }
}

/** A failure as the contract's typed error, with the code, text and details of the NetloomError that it was. */
export function toContractError(error: unknown): ORPCError<string, unknown> {
  if (error instanceof ORPCError) {
    if (error.code === 'NETLOOM') return error
    const misfit = describeMisfit(error)
    if (misfit === undefined) return error
    return new ORPCError('NETLOOM', { message: misfit.message, data: misfit, cause: error })
  }
  // Details that no transport carries (functions, cycles) are left out.
  const { expected, received, ...plain } = describeError(error)
  const data = { ...plain, ...(isPlain(expected) && { expected }), ...(isPlain(received) && { received }) }
  return new ORPCError('NETLOOM', { message: plain.message, data, cause: error })
}

function isPlain(value: unknown): boolean {
  if (value === undefined) return false
  try {
    return JSON.stringify(value).length < 10_000
  } catch {
    return false
  }
}

/** Gives a stream's failure the contract's form, as calls have it already. */
export async function* withTypedErrors<T>(stream: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  try {
    yield* stream
  } catch (error) {
    throw toContractError(error)
  }
}

/** What a call knows of the screen that it comes from. */
export interface CallContext {
  /** The native dialogs, on the window that asks. */
  readonly choose?: (request: ChooseRequest) => Promise<ChosenPath | null>
}

/** Implements the contract call by call: `os.files.list.handler(...)`. */
export const os = implement(contract)
  .$context<CallContext>()
  .use(async ({ next }) => {
    try {
      return await next()
    } catch (error) {
      throw toContractError(error)
    }
  })
