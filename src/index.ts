/**
 * The library. It prints nothing, asks nothing and never exits; what it needs from outside comes in through a `Host`.
 * The program in `src/cli` uses nothing else.
 */
export { type Secrets, type OpenSecretsOptions, openSecrets, type SecretPath } from "./workspace/secrets.ts";
export { type LoadedSecrets, type LoadedValue, loadSecrets, type LoadSecretsOptions } from "./runtime/load-secrets.ts";
export { checkBundle, type CheckBundleOptions, type CheckedBundle } from "./runtime/check-bundle.ts";
export { naming, Project, type ProjectOptions } from "./workspace/project.ts";
export { type Access, EncryptedFile, OpenFile, type PrintOptions, type UnlockOptions } from "./file/encrypted-file.ts";
export { encryptFile, type EncryptOptions, encryptOnto, type OntoOptions, type PlainInput } from "./file/encrypt-file.ts";
export { type Change, type ChangeKind, diffTrees } from "./file/diff.ts";
export { toValue } from "./file/convert.ts";
export { generate } from "./file/generate.ts";
export { listRecipeNames, parseRecipe } from "./file/recipe.ts";
export { createFingerprint, type Fingerprint } from "./git/fingerprint.ts";
export { formatPath, parsePath, type PathPart } from "./file/path.ts";
export { type SecretValue, valueFromJavaScript, valueFromJson } from "./file/value.ts";
export { formatOfPath, loadFormat } from "../formats/index.ts";
export { decodeText, encodeText } from "./model/text.ts";
export {
  defaultKeyFile,
  type FoundIdentities,
  type FoundIdentity,
  generateIdentity,
  type IdentityKind,
  listIdentities,
} from "./workspace/identities.ts";
export {
  findOwnRecipient,
  refuseStarted,
  safeName,
  type StartEnvironment,
  startProject,
  type StartSettings,
} from "./workspace/start-project.ts";
export { createNodeHost } from "./host/node-host.ts";
export { type ErrorCode, type Position, SottoError } from "./model/error.ts";
export type { FileInfo, Host, LockedFile, LockedFiles, LockOptions, WriteOptions } from "./model/host.ts";
export type { KeyContext, KeyGroup, MasterKey } from "./model/keys.ts";
export type { KeyProvider } from "./model/provider.ts";
export { providersByFlag } from "../keys/index.ts";
export type { Metadata, SelectorKind, SelectorSetting } from "./model/metadata.ts";
export type {
  Branch,
  Comment,
  Document,
  Entry,
  FormatId,
  Item,
  Leaf,
  Node,
  Null,
  Pair,
  Scalar,
  ScalarType,
  Sequence,
} from "./model/tree.ts";
export type { Format } from "./model/format.ts";
export { type Config, refuseFlawed } from "./policy/config.ts";
export { parseMasterKeys } from "./policy/flag-keys.ts";
export type { CreationRule } from "./policy/rules.ts";
export {
  type ApplyOptions,
  applyUpdate,
  type GroupChange,
  guardUpdate,
  planUpdate,
  removesAnybody,
  type UpdatePlan,
} from "./workspace/update-keys.ts";
export { type FoundFile, listEncryptedFiles, listFiles } from "./workspace/files.ts";
export { readEither, readEncrypted, type ReadFile } from "./workspace/read.ts";
export { type MakeNext, replaceFiles } from "./workspace/transaction.ts";
export { checkRecipients, checkRule } from "./workspace/recipients.ts";
export { type ChangedGroups, changeGroups, type ChangeGroupsOptions, type KeyGroupChange } from "./workspace/groups.ts";
export { SOTTO_VERSION } from "./model/version.ts";
export { splitWords } from "./model/words.ts";
export { compareSides, type Difference, readSide, type Side } from "./git/compare.ts";
export { readEnvironmentSide } from "./git/environment-side.ts";
export { showForGit } from "./git/textconv.ts";
export { type Damaged, openDamaged, readDamaged, sealAgain } from "./git/reseal.ts";
export { isCommit, listChangedSince, readCommitted, readVersion, type Version } from "./git/versions.ts";
export { cleanForGit, smudgeForGit } from "./git/filter.ts";
export { checkIndex, type CheckResult, type FindingKind, type Finding as GitFinding } from "./git/check.ts";
export { toAnnotations, toSarif } from "./git/check-formats.ts";
export { checkGit, installGit, type InstallOptions, type Part, uninstallGit } from "./git/install.ts";
export { type DriverCall, type DriverResult, mergeForGit } from "./git/merge-driver.ts";
export { examine, type ExamineOptions, type Finding as DoctorFinding, type FindingArea, type FindingState } from "./workspace/doctor.ts";
export { approvalsOf } from "./workspace/approvals.ts";
export { type Approval, guardRecipients, type Wrapping } from "./workspace/guard-recipients.ts";
export { guardNext, guardSet } from "./workspace/guard-policy.ts";
export { reencode, type ReencodeOptions } from "./file/reencode.ts";
export { type Environment, listEnvironments } from "./policy/environments.ts";
export { nameOfRecipient } from "./policy/people.ts";
export { explainFile, explainLeaf, type FileExplanation, type LeafExplanation } from "./policy/explain.ts";
export { compileSelector, type Selector } from "./policy/selector.ts";
export { explainPath } from "./file/explain-path.ts";
export {
  type Ended,
  endBySignal,
  type ExecEnvOptions,
  type ExecFileOptions,
  type ExecOptions,
  execWithEnv,
  execWithFile,
  exitOfSignal,
} from "./deploy/execute.ts";
export { type ServedKeys, serveKeys, type ServeKeysOptions } from "./workspace/serve-keys.ts";
export { type Lines, openLines } from "./host/lines.ts";
export { editText, type EditorOptions } from "./host/editor.ts";
export { type EditOptions, editSecrets } from "./workspace/edit-session.ts";
export { untilEnded } from "./host/until-ended.ts";
export { planPublications, type Publication, type PublishOptions } from "./publish/plan.ts";
export { upload } from "./publish/upload.ts";
export { listVariables, refuseCode, type Variable } from "./deploy/variables.ts";
export { openEnvironment, type OpenEnvironment, type Selection } from "./deploy/environment.ts";
export { type RunOptions, runWithEnvironment } from "./deploy/run.ts";
export type { RunPlan, RunRequest, SecretFile } from "./deploy/run-plan.ts";
export { type Dialect, DIALECTS } from "./deploy/dialects.ts";
export { findRenderFormat, renderEnvironment } from "./deploy/render/render.ts";
export { RENDER_FORMATS, type RenderRow } from "./deploy/render/table.ts";
export type { GithubTarget, KubernetesSecret, Rendered, RenderedFile, RenderOptions } from "./deploy/render/renderer.ts";
export { type ComparedValue, compareEnvironments, type EnvironmentDifference } from "./deploy/compare-environments.ts";
export { historyOfKey } from "./git/key-history.ts";
export { OpenedSides } from "./git/opened-sides.ts";
export { checkEnvironments, type CheckedEnvironment, type CheckedProject } from "./schema/check.ts";
export { type EnvironmentFinding, type FindingKind as EnvironmentFindingKind } from "./schema/findings.ts";
export { periodFor } from "./schema/period.ts";
export { type MadeTypes, makeTypes, TYPE_FORMATS, type TypeFormat } from "./schema/types.ts";
