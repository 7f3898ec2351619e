# Turns what `warren help` prints into the macros of a manual page. `level` is SH for the program, and TP for one of its
# commands, whose headings are smaller.

function escape(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/) text = "\\\&" text
    return text
}

function heading(text) {
    if (level == "SH") print ".SH " text
    else if (text != "DESCRIPTION") { print ".PP"; print "\\fI" text "\\fR" }
}

/^OVERVIEW: / { heading("DESCRIPTION"); section = "text"; sub(/^OVERVIEW: /, "") }
/^USAGE: / {
    heading("SYNOPSIS")
    section = "text"
    sub(/^USAGE: /, "")
    print ".PP"
    print "\\fB" escape($0) "\\fR"
    next
}
/^(ARGUMENTS|OPTIONS):$/ { sub(/:$/, ""); heading($0); section = "list"; next }
/^SUBCOMMANDS:$/ { section = "skip"; next }

section == "skip" { next }

# An entry begins two blanks in; what it says begins after two more, or is on the lines below, further in.
section == "list" && /^  [^ ]/ {
    line = substr($0, 3)
    says = ""
    if (match(line, /  +/)) {
        says = substr(line, RSTART + RLENGTH)
        line = substr(line, 1, RSTART - 1)
    }
    print ".TP"
    print "\\fB" escape(line) "\\fR"
    if (says != "") print escape(says)
    next
}
section == "list" && /^ / { sub(/^ +/, ""); print escape($0); next }

section == "text" && /^$/ { print ".PP"; next }
section == "text" && /^  / { print ".nf"; print escape($0); print ".fi"; next }
section == "text" { print escape($0) }
