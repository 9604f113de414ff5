// What electron-builder is told: electron-builder.yml, and, where the environment holds a certificate, to sign for macOS with it.
// Usage: electron-builder --config scripts/desktopConfig.cjs

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
  return { identity: env.CSC_NAME?.trim() || 'Developer ID Application', hardenedRuntime: true, notarize: canNotarise }
}

/** What is said of the signature, since a look at the package does not tell. */
function describe(mac) {
  if (!mac) return 'signed ad hoc: macOS warns people who download it. Set CSC_LINK or CSC_NAME for a certificate'
  return mac.notarize ? 'signed with a Developer ID and notarised' : 'signed with a Developer ID, and not notarised'
}

module.exports = () => {
  const mac = signForMac(process.env)
  if (process.platform === 'darwin') process.stderr.write(`netloom: the app is ${describe(mac)}.\n`)
  // A certificate that cannot be used must not end in an app without it.
  return { extends: './electron-builder.yml', ...(mac ? { mac, forceCodeSigning: true } : {}) }
}
