/** The scripts that make shells ask `plimsoll __complete`. */

export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# plimsoll completion for bash
_plimsoll() {
  local line directive='' cur="\${COMP_LINE:0:COMP_POINT}" words=()
  # Bash splits at = and :, which references and options hold: the line is split at spaces instead.
  read -ra words <<<"$cur"
  [[ "$cur" == *[[:space:]] ]] && words+=('')
  local current="\${words[-1]}" found=()
  while IFS= read -r line; do
    if [[ "$line" == :* ]]; then directive="$line"; else found+=("\${line%%$'\\t'*}"); fi
  done < <("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null)
  local shown="\${COMP_WORDS[COMP_CWORD]}" cut='' value
  [[ "$shown" == '=' || "$shown" == ':' ]] && shown=''
  cut="\${current%"$shown"}"
  COMPREPLY=()
  for value in "\${found[@]}"; do COMPREPLY+=("\${value#"$cut"}"); done
  if [[ "$directive" == ':0' ]]; then
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$shown")
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _plimsoll plimsoll
`,
  zsh: `#compdef plimsoll
_plimsoll() {
  local line directive='' value
  local -a found
  for line in "\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ "$line" == :* ]]; then directive="$line"; continue; fi
    value="\${line%%$'\\t'*}"
    value="\${value//:/\\\\:}"
    if [[ "$line" == *$'\\t'* ]]; then found+=("$value:\${line#*$'\\t'}"); else found+=("$value"); fi
  done
  (( \${#found} )) && _describe -V 'plimsoll' found
  [[ "$directive" == ':0' ]] && _files
  return 0
}
if [ "$funcstack[1]" = "_plimsoll" ]; then _plimsoll "$@"; else compdef _plimsoll plimsoll; fi
`,
  fish: `# plimsoll completion for fish
function __plimsoll_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l lines ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
  set -l directive $lines[-1]
  if test (count $lines) -gt 1
    printf '%s\\n' $lines[1..-2]
  end
  if test "$directive" = ':0'
    __fish_complete_path "$current"
  end
end
complete -c plimsoll -f -a '(__plimsoll_complete)'
`,
};
