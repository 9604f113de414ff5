// Questions that wait for a person: the store behind the dialogs and the calls that open them; their looks are in Dialogs.tsx.
import { createStore } from 'zustand/vanilla'
import type { ChosenPath } from '../../../shared/contract/fileCalls'
import { loadAppInfo } from '../core/appInfo'
import { client, connectionStore } from '../core/client'

export interface Choice {
  readonly value: string
  readonly label: string
  /** `main`: the expected answer; `danger`: loses something. */
  readonly tone?: 'main' | 'danger'
}

export interface Question {
  readonly kind: 'question'
  readonly title: string
  readonly message: string
  readonly choices: readonly Choice[]
  readonly answer: (value: string | null) => void
}

export type BrowseMode =
  'openDocument' | 'saveDocument' | 'openFolder' | 'openCsv' | 'saveOnnx' | 'saveTfjs' | 'savePytorch'

export interface Browsing {
  readonly kind: 'browsing'
  readonly mode: BrowseMode
  /** A file name or path to begin with. */
  readonly suggested: string | undefined
  readonly answer: (chosen: ChosenPath | null) => void
}

/** Something to read, or the settings: it answers nothing. */
export interface Reading {
  readonly kind: 'notices' | 'keys' | 'settings'
  readonly answer: (value: null) => void
}

export type OpenDialog = Question | Browsing | Reading

/** The dialogs that are open, the topmost last. */
export const dialogStore = createStore<{ readonly dialogs: readonly OpenDialog[] }>()(() => ({ dialogs: [] }))

function open<T>(build: (answer: (value: T | null) => void) => OpenDialog): Promise<T | null> {
  return new Promise((resolve) => {
    const dialog = build((value) => {
      dialogStore.setState(({ dialogs }) => ({ dialogs: dialogs.filter((other) => other !== dialog) }))
      resolve(value)
    })
    dialogStore.setState(({ dialogs }) => ({ dialogs: [...dialogs, dialog] }))
  })
}

/** Asks a question with buttons. @returns the value of the button, or null for Cancel */
export function ask(question: Omit<Question, 'kind' | 'answer'>): Promise<string | null> {
  return open<string>((answer) => ({ kind: 'question', ...question, answer }))
}

/** Shows the third-party notices. */
export async function showNotices(): Promise<void> {
  await open((answer) => ({ kind: 'notices', answer }))
}

/** Shows the keys of all commands and of the canvas; once, however often they are asked for. */
export async function showKeys(): Promise<void> {
  if (dialogStore.getState().dialogs.some(({ kind }) => kind === 'keys')) return
  await open((answer) => ({ kind: 'keys', answer }))
}

/** Shows the settings; once, however often they are asked for. */
export async function showSettings(): Promise<void> {
  if (dialogStore.getState().dialogs.some(({ kind }) => kind === 'settings')) return
  await open((answer) => ({ kind: 'settings', answer }))
}

/**
 * Lets a person choose a path: with the desktop's dialog where there is one, else with the app's own file browser.
 * @param suggested a file name or path to begin with
 * @returns null where the person cancelled
 */
export async function choosePath(mode: BrowseMode, suggested?: string): Promise<string | null> {
  return (await chooseTarget(mode, suggested))?.path ?? null
}

/** The same, with whether the person agreed that what lies there is replaced: then nobody asks again. */
export async function chooseTarget(mode: BrowseMode, suggested?: string): Promise<ChosenPath | null> {
  const isConnected = connectionStore.getState().status === 'connected'
  const { native } = isConnected ? await loadAppInfo() : { native: false }
  if (native) return client.files.choose({ kind: mode, suggested })
  return open<ChosenPath>((answer) => ({ kind: 'browsing', mode, suggested, answer }))
}
