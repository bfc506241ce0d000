import eslint from '@eslint/js';
import jest from 'eslint-plugin-jest';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Name what you export; default exports are for tool configs.',
};
const noEnvironment = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'Only config reads process.env; take Settings.',
};
/** A constructor may have up to six parameters. Other functions should have fewer; reviewers check that. */
const smallConstructors = {
  selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>6]',
  message: 'A constructor takes at most 6 parameters; this class does too much.',
};

/** Well above the aims in CONTRIBUTING.md: code must not be packed or split to fit a limit. */
const budget = { 'max-lines': ['error', 400], 'max-lines-per-function': ['error', 80] };

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'data/', '**/node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...budget,
      'no-restricted-syntax': ['error', noDefaultExport, noEnvironment, smallConstructors],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // This rule suggests `!`, which no-non-null-assertion forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // DTO classes declare shapes for validation and schemas. Responses are plain objects of the same shape.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Nest modules are classes with only a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['src/config/**/*.ts', 'test/**/*.ts'],
    // Tests pass addresses of servers to jest's workers through process.env.
    rules: { 'no-restricted-syntax': ['error', noDefaultExport, smallConstructors] },
  },
  {
    files: ['*.config.ts'],
    rules: { 'no-restricted-syntax': ['error', noEnvironment] },
  },
  {
    files: ['test/**/*.ts', '**/*.spec.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', '**.expect*', 'fc.assert'] }],
      'jest/valid-expect': 'error',
      'jest/no-focused-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/prefer-importing-jest-globals': 'error',
      'jest/no-standalone-expect': 'off',
      // The type argument in `expectMessage<{ position: string }>('notification')` declares the members that a spec reads.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    files: ['**/*.spec.ts'],
    // A describe block groups tests, so its length is not limited.
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // Groups of tests that specs import, for example one suite for several backends.
    files: [
      'test/channel-layer/describe-channel-layer.ts',
      'test/channel-layer/suite/*.ts',
      'test/infrastructure/documents/received-errors.ts',
    ],
    rules: { 'max-lines-per-function': 'off', 'jest/no-export': 'off', 'jest/valid-title': 'off' },
  },
  {
    files: ['web/**/*.js'],
    languageOptions: { globals: globals.browser },
    rules: budget,
  },
  {
    files: ['**/*.js'],
    ignores: ['web/**'],
    languageOptions: { globals: globals.nodeBuiltin },
    rules: budget,
  },
);
