// Which of the arithmetic's windows is open and what it began with; not what they show.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

/** A window of the arithmetic: the convolution stage, the receptive field, a comparison. */
export type ArithmeticWindow =
  | { readonly kind: 'stage'; readonly layer: string | null }
  | { readonly kind: 'field'; readonly layer: string | null }
  | { readonly kind: 'comparison'; readonly id: string }

interface ArithmeticState {
  readonly open: ArithmeticWindow | null
}

/** The open window, or null. */
export const arithmeticStore = createStore<ArithmeticState>()(() => ({ open: null }))

/** Opens a window in place of the one that is open. */
export function openArithmetic(window: ArithmeticWindow): void {
  arithmeticStore.setState({ open: window })
}

export function closeArithmetic(): void {
  arithmeticStore.setState({ open: null })
}

/** The open window, followed while the component is mounted. */
export function useArithmeticWindow(): ArithmeticWindow | null {
  return useStore(arithmeticStore, ({ open }) => open)
}
