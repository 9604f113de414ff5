// The one open window of the arithmetic, loaded when it is first needed.
import { lazy, Suspense } from 'react'
import { useRegisterCommands } from '../../kernel/commands/commands'
import { arithmeticCommands } from '../commands/arithmeticCommands'
import { useArithmeticWindow, type ArithmeticWindow } from '../../session/view/arithmeticStore'

const ConvolutionStage = lazy(async () => ({
  default: (await import('../../features/insight/stage/ConvolutionStage')).ConvolutionStage,
}))
const FieldDialog = lazy(async () => ({
  default: (await import('../../features/insight/field/FieldDialog')).FieldDialog,
}))
const ComparisonDialog = lazy(async () => ({
  default: (await import('../../features/lectures/comparisons/ComparisonDialog')).ComparisonDialog,
}))

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
