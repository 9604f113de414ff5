// The picture of each icon name that a layer states; the names stand in the layer files.
import {
  IconAdjustments,
  IconAdjustmentsAlt,
  IconAdjustmentsHorizontal,
  IconArrowsMaximize,
  IconBaselineDensitySmall,
  IconBoxPadding,
  IconChartLine,
  IconFocusCentered,
  IconGridDots,
  IconGridPattern,
  IconLayoutGrid,
  IconPercentage,
  IconPhoto,
  IconPlus,
  IconQuestionMark,
  IconStack,
  IconStack2,
  IconStairsUp,
  IconTopologyFull,
  IconTransform,
  IconX,
  IconZoomIn,
  type Icon,
  type IconProps,
} from '@tabler/icons-react'
import { createElement, type ReactElement } from 'react'

const icons: Readonly<Record<string, Icon>> = {
  adjustments: IconAdjustments,
  'adjustments-alt': IconAdjustmentsAlt,
  'adjustments-horizontal': IconAdjustmentsHorizontal,
  'arrows-maximize': IconArrowsMaximize,
  'baseline-density-small': IconBaselineDensitySmall,
  'box-padding': IconBoxPadding,
  'chart-line': IconChartLine,
  'focus-centered': IconFocusCentered,
  'grid-dots': IconGridDots,
  'grid-pattern': IconGridPattern,
  'layout-grid': IconLayoutGrid,
  percentage: IconPercentage,
  photo: IconPhoto,
  plus: IconPlus,
  stack: IconStack,
  'stack-2': IconStack2,
  'stairs-up': IconStairsUp,
  'topology-full': IconTopologyFull,
  transform: IconTransform,
  x: IconX,
  'zoom-in': IconZoomIn,
}

/** The icon of a layer; a question mark for a name that is not listed. */
export function layerIcon(name: string): Icon {
  return icons[name] ?? IconQuestionMark
}

/** The picture of an icon name, as a component. */
export function LayerIcon({ name, ...props }: IconProps & { readonly name: string }): ReactElement {
  return createElement(layerIcon(name), props)
}

/** Names that have a picture. */
export const layerIconNames: readonly string[] = Object.keys(icons)
