# netloom: in ~/.config/fish/config.fish, write: netloom completion fish | source
function __netloom_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    for line in (netloom complete -- $words[2..-1] "$word" 2>/dev/null)
        if test "$line" = ':'
            __fish_complete_path "$word"
        else
            echo $line
        end
    end
end
complete -c netloom -f -a '(__netloom_complete)'
