/**
 * Names of variables that make a program load or run something: linkers, shells, interpreters, version control, editors,
 * and files that name commands. Whoever may set one of them decides what runs, so a file that others can change must not.
 */
import { foldName } from "./child-environment.ts";

const NAMES: ReadonlySet<string> = new Set(
  [
    // Finding programs and reading start-up files.
    "PATH HOME SHELL IFS ENV BASH_ENV PS4 PROMPT_COMMAND SHELLOPTS BASHOPTS ZDOTDIR FPATH KSH_ENV TCLLIBPATH",
    "USERPROFILE APPDATA COMSPEC PATHEXT PSMODULEPATH SYSTEMROOT WINDIR XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_DATA_HOME XDG_DATA_DIRS",
    // Linkers and libraries that load modules.
    "LIBPATH SHLIB_PATH GCONV_PATH GLIBC_TUNABLES OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES SASL_PATH",
    "GTK_MODULES GTK_PATH GIO_EXTRA_MODULES QT_PLUGIN_PATH PKCS11_MODULE_PATH",
    // Interpreters and run-times.
    "NODE_OPTIONS NODE_PATH NODE_REPL_EXTERNAL_MODULE BUN_OPTIONS BUN_INSPECT_PRELOAD YARN_IGNORE_PATH YARN_YARN_PATH YARN_RC_FILENAME",
    "PYTHONSTARTUP PYTHONPATH PYTHONHOME PYTHONINSPECT PYTHONUSERBASE PYTHONEXECUTABLE PYTHONPLATLIBDIR PYTHONBREAKPOINT PYTHONWARNINGS",
    "PIP_CONFIG_FILE PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS VIRTUAL_ENV",
    "PERL5OPT PERL5LIB PERLLIB PERL5DB PERL5SHELL RUBYOPT RUBYLIB RUBYSHELL BUNDLE_GEMFILE BUNDLE_PATH GEM_HOME GEM_PATH",
    "JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS JAVA_OPTS JAVA_HOME CLASSPATH MAVEN_OPTS MAVEN_ARGS GRADLE_OPTS SBT_OPTS CATALINA_OPTS",
    "PHPRC PHP_INI_SCAN_DIR R_PROFILE R_PROFILE_USER R_ENVIRON R_ENVIRON_USER R_LIBS R_LIBS_USER JULIA_LOAD_PATH JULIA_DEPOT_PATH",
    "ERL_FLAGS ERL_AFLAGS ERL_ZFLAGS ERL_LIBS ELIXIR_ERL_OPTIONS GOFLAGS GOENV RUSTC RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER CARGO_HOME",
    "DOTNET_STARTUP_HOOKS DOTNET_ADDITIONAL_DEPS DOTNET_SHARED_STORE MAKEFLAGS MAKEFILES GNUMAKEFLAGS",
    // Version control and remote shells.
    "GIT_ASKPASS GIT_EXEC_PATH GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_PAGER GIT_EXTERNAL_DIFF GIT_PROXY_COMMAND GIT_TEMPLATE_DIR",
    "GIT_DIR GIT_WORK_TREE GIT_COMMON_DIR GIT_ALLOW_PROTOCOL SSH_ASKPASS SUDO_ASKPASS SVN_SSH CVS_RSH RSYNC_RSH HGRCPATH HGEDITOR",
    // Editors, pagers, and what else is started by name.
    "EDITOR VISUAL PAGER MANPAGER LESSOPEN LESSCLOSE BROWSER VIMINIT EXINIT GVIMINIT EMACSLOADPATH",
    "SOPS_EDITOR SOPS_GPG_EXEC SOPS_AGE_KEY_CMD SOTTO_TRUST_PLUGINS",
    // Configurations that may name commands.
    "KUBECONFIG DOCKER_CONFIG AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE TF_CLI_CONFIG_FILE ANSIBLE_CONFIG ANSIBLE_LIBRARY",
  ].flatMap((line) => line.split(" ")),
);

/** One pattern: it is asked for every variable of ten thousand. */
const FAMILIES = new RegExp(
  [
    "(?:LD|DYLD|_RLD)_",
    "_RLD",
    "BASH_FUNC_",
    // npm folds case itself.
    "[nN][pP][mM]_[cC][oO][nN][fF][iI][gG]_",
    "GIT_(?:SSH|CONFIG)",
    "LUA_(?:INIT|PATH|CPATH)",
    "(?:CORECLR|COR)_(?:ENABLE_PROFILING|PROFILER)",
    "TF_CLI_ARGS",
    "ANSIBLE_[A-Z_]+_PLUGINS$",
    "PERL_MM_",
  ]
    .map((family) => `^${family}`)
    .join("|"),
);

/** Where nothing is a setting of its own: the current folder, for one. All others are as good as absent when they are empty. */
const EMPTY_COUNTS: ReadonlySet<string> = new Set(["PATH", "HOME", "USERPROFILE", "IFS", "PS4"]);

/**
 * True when the value may be one that starts code. What is empty no release of sops encrypts, so that says nothing about who
 * wrote it.
 */
export function valueCanStartCode(name: string, value: string, platform: string): boolean {
  return canStartCode(name, platform) && (value !== "" || EMPTY_COUNTS.has(foldName(name, platform)));
}

/** True for a variable that decides what a program loads, starts or reads as its own configuration. */
export function canStartCode(name: string, platform: string): boolean {
  const known = foldName(name, platform);
  return NAMES.has(known) || FAMILIES.test(known);
}
