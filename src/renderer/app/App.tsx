// The root of the screen.

/** The whole app. */
export function App() {
  return <main>Netloom</main>
}
