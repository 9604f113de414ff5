#compdef netloom
# netloom: in ~/.zshrc, after compinit, write: source <(netloom completion zsh)
_netloom() {
  local line value
  local -a found
  local paths=0
  for line in "${(@f)$(netloom complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == : ]]; then
      paths=1
    elif [[ -n $line ]]; then
      value=${line%%$'\t'*}
      found+=("${value//:/\\:}:${line#*$'\t'}")
    fi
  done
  (( ${#found} )) && _describe 'netloom' found
  (( paths )) && _files
}
compdef _netloom netloom
