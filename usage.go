package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// usage turns a parser's error into one that says what to do.
func usage(err error, args []string) error {
	parseErr, ok := errors.AsType[*kong.ParseError](err)
	if !ok {
		return err
	}
	help := helpOf(parseErr.Context)
	if text, ok := missing(parseErr); ok {
		return &usageError{text + "; " + help}
	}
	reason := parseErr.Error()
	if script := firstArgument(args); strings.HasSuffix(script, ".lua") && strings.Contains(reason, "unexpected argument") {
		return &usageError{fmt.Sprintf("%s; to run the script: cordial run %s", reason, script)}
	}
	if len(args) > 0 && args[0] == "eval" && strings.Contains(reason, "unknown flag") {
		return &usageError{reason + "; an expression that begins with a dash stands behind two: cordial eval -- -1"}
	}
	return &usageError{reason + "\n" + help}
}

// What the parser says of arguments and of values of flags that are not there, and of those that are none of a few words.
var (
	missingArguments = regexp.MustCompile(`^expected "(<.+>)"$`)
	missingValue     = regexp.MustCompile(`^--([\w-]+): (?:missing value|expected \w+ value but got)`)
	otherWord        = regexp.MustCompile(`^(\S+) must be one of (.+) but got (".*")$`)
)

// missing says in plain words what is missing, or which word would be right.
func missing(err *kong.ParseError) (text string, ok bool) {
	reason := err.Error()
	if found := missingArguments.FindStringSubmatch(reason); found != nil {
		verb := " is missing"
		if strings.Contains(found[1], " ") {
			verb = " are missing"
		}
		line := strings.TrimSuffix(err.Context.Selected().Summary(), " [flags]")
		return strings.ReplaceAll(found[1], " ", " and ") + verb + ": cordial " + line, true
	}
	if found := missingValue.FindStringSubmatch(reason); found != nil {
		for _, flag := range err.Context.Flags() {
			if flag.Name == found[1] {
				return fmt.Sprintf("--%s needs a value: %s", flag.Name, flag.Summary()), true
			}
		}
	}
	if found := otherWord.FindStringSubmatch(reason); found != nil {
		words := strings.ReplaceAll(strings.ReplaceAll(found[2], `"`, ""), ",", ", ")
		return fmt.Sprintf("%s: %s is none of %s", found[1], found[3], words), true
	}
	return "", false
}

// helpOf is where more is said of the command.
func helpOf(context *kong.Context) string {
	command := "cordial"
	if node := context.Selected(); node != nil && !node.Hidden {
		command = node.FullPath()
	} else if node != nil { // what runs without a command
		command = node.Parent.FullPath()
	}
	return command + " --help says more"
}

func firstArgument(args []string) string {
	for _, arg := range args {
		if !strings.HasPrefix(arg, "-") {
			return arg
		}
	}
	return ""
}
