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
import type { IconName } from '../../../shared/layers/parts/iconNames'

const icons: Readonly<Record<IconName, Icon>> = {
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
  help: IconQuestionMark,
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

/** The icon of a layer. */
export function layerIcon(name: IconName): Icon {
  return icons[name]
}

/** The image of an icon name, as a component. */
export function LayerIcon({ name, ...props }: IconProps & { readonly name: IconName }): ReactElement {
  return createElement(layerIcon(name), props)
}
