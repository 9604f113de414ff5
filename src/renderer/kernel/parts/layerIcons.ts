// The image of each icon name that a layer states; the names stand in the layer files.
import {
  IconAdjustments,
  IconAdjustmentsAlt,
  IconAdjustmentsHorizontal,
  IconArrowBarDown,
  IconArrowBarToDown,
  IconArrowRampRight,
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconArrowsSplit2,
  IconBaselineDensitySmall,
  IconBoxPadding,
  IconChartLine,
  IconFlame,
  IconFocusCentered,
  IconGridDots,
  IconGridPattern,
  IconLayoutGrid,
  IconPackages,
  IconPercentage,
  IconPhoto,
  IconPlus,
  IconQuestionMark,
  IconRouteAltLeft,
  IconStack,
  IconStack2,
  IconStack3,
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
  'adjustments-alt': IconAdjustmentsAlt,
  'adjustments-horizontal': IconAdjustmentsHorizontal,
  adjustments: IconAdjustments,
  'block-input': IconArrowBarDown,
  'block-output': IconArrowBarToDown,
  'arrow-ramp-right': IconArrowRampRight,
  'arrows-maximize': IconArrowsMaximize,
  'arrows-minimize': IconArrowsMinimize,
  'arrows-split-2': IconArrowsSplit2,
  'baseline-density-small': IconBaselineDensitySmall,
  'box-padding': IconBoxPadding,
  'chart-line': IconChartLine,
  flame: IconFlame,
  'focus-centered': IconFocusCentered,
  'grid-dots': IconGridDots,
  'grid-pattern': IconGridPattern,
  'layout-grid': IconLayoutGrid,
  packages: IconPackages,
  percentage: IconPercentage,
  photo: IconPhoto,
  plus: IconPlus,
  'stack-2': IconStack2,
  'stack-3': IconStack3,
  'route-alt-left': IconRouteAltLeft,
  stack: IconStack,
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

/** The image of an icon name, as a component. */
export function LayerIcon({ name, ...props }: IconProps & { readonly name: string }): ReactElement {
  return createElement(layerIcon(name), props)
}

/** Names that have an image. */
export const layerIconNames: readonly string[] = Object.keys(icons)
