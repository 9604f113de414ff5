// What a person sets once, in one place: looks, canvas, device, and the ways to folders and keys; each is kept by the window.
import { Button, Group, Modal, SegmentedControl, Stack, Switch, Text } from '@mantine/core'
import { useEffect, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { themeNames, type ThemeName } from '../../../shared/contract/desktopBridge'
import { appInfoStore, loadAppInfo } from '../../kernel/core/appInfo'
import { DeviceSelect } from '../../kernel/devices/DeviceSelect'
import { showDevices } from '../../kernel/devices/devicesStore'
import { showKeys } from '../../kernel/dialogs/questions'
import { uiStore, useUiStore } from '../../kernel/ui/uiStore'
import { toggleSetting, useCanvas } from '../../session/view/canvasStore'
import classes from './SettingsDialog.module.css'

const themeTitles: Readonly<Record<ThemeName, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' }

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <h2>{title}</h2>
      <div>{children}</div>
    </section>
  )
}

function Theme() {
  const theme = useUiStore((state) => state.theme)
  return (
    <SegmentedControl
      aria-label="Theme"
      data={themeNames.map((value) => ({ value, label: themeTitles[value] }))}
      value={theme}
      onChange={(value) => uiStore.getState().setTheme(themeNames.find((name) => name === value) ?? 'system')}
    />
  )
}

function CanvasSwitches() {
  const snaps = useCanvas((state) => state.snaps)
  const showsMinimap = useCanvas((state) => state.showsMinimap)
  const sizesEdges = useCanvas((state) => state.sizesEdges)
  return (
    <Stack gap={8}>
      <Switch size="xs" label="Layers snap to the grid" checked={snaps} onChange={() => toggleSetting('snaps')} />
      <Switch
        size="xs"
        label="A map of networks larger than the window"
        checked={showsMinimap}
        onChange={() => toggleSetting('showsMinimap')}
      />
      <Switch
        size="xs"
        label="Wires as thick as what runs through them"
        checked={sizesEdges}
        onChange={() => toggleSetting('sizesEdges')}
      />
    </Stack>
  )
}

function Folders() {
  const info = useStore(appInfoStore, (state) => state.info)
  useEffect(() => {
    // Without a connection the folder is not known; the status bar says so.
    loadAppInfo().catch(() => {})
  }, [])
  return (
    <Text size="xs" c="dimmed">
      Runs of a saved network lie in <b>runs</b> beside its file, others in{' '}
      <span className={classes.path}>{info?.runsFolder ?? '...'}</span>
    </Text>
  )
}

/** The settings; each counts at once. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const goOn = (show: () => void): void => {
    onClose()
    show()
  }
  return (
    <Modal opened onClose={onClose} title="Settings" size={560}>
      <Section title="Theme">
        <Theme />
      </Section>
      <Section title="Canvas">
        <CanvasSwitches />
      </Section>
      <Section title="Training">
        <Group gap="sm" align="end">
          <DeviceSelect isDisabled={false} />
          <Button variant="default" onClick={() => goOn(showDevices)}>
            Devices of this machine
          </Button>
        </Group>
      </Section>
      <Section title="Folders">
        <Folders />
      </Section>
      <Section title="Keys">
        <Button variant="default" onClick={() => goOn(() => void showKeys())}>
          All keyboard shortcuts
        </Button>
      </Section>
    </Modal>
  )
}
