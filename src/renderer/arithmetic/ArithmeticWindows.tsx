// The one open window of the arithmetic, loaded when it is first needed.
import { lazy, Suspense } from 'react'
import { useRegisterCommands } from '../state/commands'
import { arithmeticCommands } from './arithmeticCommands'
import { useArithmeticWindow, type ArithmeticWindow } from './arithmeticStore'

const ConvolutionStage = lazy(async () => ({ default: (await import('./ConvolutionStage')).ConvolutionStage }))
const FieldDialog = lazy(async () => ({ default: (await import('./FieldDialog')).FieldDialog }))
const ComparisonDialog = lazy(async () => ({ default: (await import('./ComparisonDialog')).ComparisonDialog }))

function Open({ window }: { readonly window: ArithmeticWindow }) {
  switch (window.kind) {
    case 'stage':
      return <ConvolutionStage layer={window.layer} />
    case 'field':
      return <FieldDialog layer={window.layer} />
    case 'comparison':
      return <ComparisonDialog id={window.id} />
    default:
      return window satisfies never
  }
}

/** Stands in the frame of the app; shows nothing while no window is open. */
export function ArithmeticWindows() {
  useRegisterCommands(arithmeticCommands)
  const window = useArithmeticWindow()
  return <Suspense fallback={null}>{window && <Open window={window} />}</Suspense>
}
