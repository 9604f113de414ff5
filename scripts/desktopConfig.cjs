// What electron-builder is told: electron-builder.yml, and, where the environment holds a certificate, to sign for macOS with it.
// On Windows, ONNX Runtime's C++ runtime is brought along. Usage: electron-builder --config scripts/desktopConfig.cjs
const fs = require('node:fs')
const path = require('node:path')

/** The names of a set of secrets, each of which is enough to have an app notarised. */
const notarySecrets = [
  ['APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER'],
  ['APPLE_ID', 'APPLE_APP_SPECIFIC_PASSWORD', 'APPLE_TEAM_ID'],
  ['APPLE_KEYCHAIN_PROFILE'],
]

/**
 * How an app for macOS is signed.
 * @returns nothing where there is no certificate: electron-builder.yml then has it signed ad hoc
 * @throws Error where it could be notarised but not signed for that, or where secrets are missing
 */
function signForMac(env) {
  const isSet = (name) => Boolean(env[name]?.trim())
  const canNotarise = notarySecrets.some((names) => names.every(isSet))
  const isPartly = !canNotarise && notarySecrets.flat().some(isSet)
  if (isPartly)
    throw new Error(`Notarisation needs one of: ${notarySecrets.map((names) => names.join(' + ')).join('; ')}.`)
  if (!isSet('CSC_LINK') && !isSet('CSC_NAME')) {
    if (canNotarise) throw new Error('Notarisation needs a certificate too: set CSC_LINK or CSC_NAME.')
    return undefined
  }
  const identity = env.CSC_NAME?.trim() || 'Developer ID Application'
  // A certificate that cannot be used must not end in an app without it.
  return { identity, hardenedRuntime: true, notarize: canNotarise, forceCodeSigning: true }
}

/** What is said of the signature, since a look at the package does not tell. */
function describe(mac) {
  if (!mac) return 'signed ad hoc: macOS warns people who download it. Set CSC_LINK or CSC_NAME for a certificate'
  return mac.notarize ? 'signed with a Developer ID and notarised' : 'signed with a Developer ID, and not notarised'
}

/** Microsoft's runtime of C++, which ONNX Runtime loads and a bare Windows lacks. Windows looks for it beside the binding first. */
const visualCppRuntime = [
  'msvcp140.dll',
  'msvcp140_1.dll',
  'msvcp140_atomic_wait.dll',
  'vcruntime140.dll',
  'vcruntime140_1.dll',
]

/**
 * What a package for Windows brings beside the archive, from the machine that makes it.
 * @throws Error where that machine lacks it: the package would be without
 */
function bringRuntime({ env, exists }) {
  const from = path.join(env.SystemRoot ?? 'C:\\Windows', 'System32')
  const missing = visualCppRuntime.filter((name) => !exists(path.join(from, name)))
  if (missing.length > 0)
    throw new Error(`${from} lacks ${missing.join(', ')}: install the Visual C++ Redistributable (x64) before packing.`)
  const to = 'app.asar.unpacked/node_modules/onnxruntime-node/bin/napi-v6/win32/${arch}'
  return { extraResources: [{ from, to, filter: visualCppRuntime }] }
}

const present = { env: process.env, platform: process.platform, exists: fs.existsSync }

/** @param host the machine that packs; electron-builder names none */
module.exports = (_request, host = present) => {
  const mac = host.platform === 'darwin' ? signForMac(host.env) : undefined
  if (host.platform === 'darwin') process.stderr.write(`netloom: the app is ${describe(mac)}.\n`)
  return {
    extends: './electron-builder.yml',
    ...(mac ? { mac } : {}),
    ...(host.platform === 'win32' ? { win: bringRuntime(host) } : {}),
  }
}
