// What the calls of every area are made of: how they refuse, and schemas of numbers and bytes that several of them use.
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { deviceNames } from '../training/deviceNames'
import { plainErrorSchema } from '../training/events'

/** How a call refuses: the NetloomError of the core, with its details. */
export const contractErrors = { NETLOOM: { data: plainErrorSchema } } as const

/** A call that may refuse. */
export const call = oc.errors(contractErrors)

/** A number of things. */
export const count = z.int().min(0)

/** How pixels become inputs, one value per channel. */
export const scaling = z.object({ mean: z.array(z.number()), deviation: z.array(z.number()) })

/** Bytes as base64: every transport carries text. */
export const base64 = z.string()

/** The file of an image: its bytes as base64 where it is small, else an upload (uploadCalls.ts). */
export const imageSource = z.union([base64, z.object({ upload: z.string() })])
export type ImageSource = z.output<typeof imageSource>

/** A device that something runs on; `auto` has become one of these. */
export const runDevice = z.enum(deviceNames).exclude(['auto'])
