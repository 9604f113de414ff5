// Mantine's theme: type, density and accent of the app; the colours themselves are variables in theme.css.
import {
  ActionIcon,
  Button,
  Checkbox,
  createTheme,
  Kbd,
  Menu,
  Modal,
  NumberInput,
  Popover,
  SegmentedControl,
  Select,
  Switch,
  Table,
  Tabs,
  Text,
  Textarea,
  TextInput,
  Tooltip,
  type MantineColorsTuple,
} from '@mantine/core'

const indigo: MantineColorsTuple = [
  '#eef0ff',
  '#dfe2ff',
  '#bcc3ff',
  '#a3acff',
  '#8791ff',
  '#6a74f0',
  '#5059dd',
  '#4c55d8',
  '#4049c4',
  '#343ba6',
]

const dark: MantineColorsTuple = [
  '#dfe3ea',
  '#bcc3d0',
  '#9aa3b4',
  '#79839a',
  '#2b303a',
  '#262b35',
  '#20242c',
  '#181b21',
  '#14161b',
  '#111318',
]

const gray: MantineColorsTuple = [
  '#fbfcfd',
  '#eff1f5',
  '#eaedf2',
  '#dadfe7',
  '#cdd3dd',
  '#a9b1bf',
  '#6c7687',
  '#586172',
  '#343b47',
  '#1b1f26',
]

const floating = { border: '1px solid var(--nl-border)', boxShadow: 'var(--nl-shadow)', background: 'var(--nl-raised)' }
const motion = { transitionProps: { duration: 130, transition: 'fade' } } as const

/** The look of every Mantine component of the app. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 6 },
  colors: { indigo, dark, gray },
  fontFamily: 'var(--nl-font)',
  fontFamilyMonospace: 'var(--nl-mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.4', xl: '1.3' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'md',
  headings: { fontFamily: 'var(--nl-font)', fontWeight: '600' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: 'subtle', color: 'gray', size: 28 },
      classNames: { root: 'nl-icon-button' },
    }),
    Button: Button.extend({ defaultProps: { size: 'xs' }, styles: { label: { fontWeight: 500 } } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs' } }),
    Kbd: Kbd.extend({ defaultProps: { size: 'xs' } }),
    Menu: Menu.extend({
      defaultProps: { ...motion, shadow: undefined, withInitialFocusPlaceholder: false },
      styles: { dropdown: floating },
    }),
    Modal: Modal.extend({
      defaultProps: {
        ...motion,
        centered: true,
        overlayProps: { backgroundOpacity: 0.5 },
        closeButtonProps: { 'aria-label': 'Close' },
        // The head of a dialog is not the banner of the page.
        attributes: { header: { role: 'presentation' } },
      },
      styles: {
        content: floating,
        header: { background: 'var(--nl-raised)' },
        title: { fontSize: 15, fontWeight: 600 },
      },
    }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'xs' } }),
    Popover: Popover.extend({ defaultProps: motion, styles: { dropdown: floating } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'xs' } }),
    Select: Select.extend({
      // What is typed narrows the choice, and Enter takes the first that is left.
      defaultProps: {
        size: 'xs',
        searchable: true,
        openOnFocus: false,
        selectFirstOptionOnChange: true,
        nothingFoundMessage: 'No such choice',
      },
    }),
    Switch: Switch.extend({ defaultProps: { size: 'xs' } }),
    Table: Table.extend({ defaultProps: { fz: 12, verticalSpacing: 4, horizontalSpacing: 8 } }),
    Tabs: Tabs.extend({ defaultProps: { radius: 'md' } }),
    Text: Text.extend({ defaultProps: { size: 'sm' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'xs' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 400,
        ...motion,
        fz: 12,
        maw: 340,
        multiline: true,
        events: { hover: true, focus: true, touch: false },
      },
      styles: {
        tooltip: { ...floating, color: 'var(--nl-text)' },
      },
    }),
  },
})
