// Package tokenizers stands in for the module of the same path, which the
// Chroma client links for a default embedding function that downloads a model
// at run time. Querent sends its own vectors, so that function is never called;
// that module loads shared libraries, and with it the binary would need a
// dynamic linker, which the image does not hold. Every call fails.
package tokenizers

import "errors"

var errStub = errors.New("tokenizers are not part of this build")

type (
	// Tokenizer stands in for a loaded tokenizer.
	Tokenizer struct{}
	// TokenizerOption stands in for how one is loaded.
	TokenizerOption struct{}
	// EncodeOption stands in for what is asked of it.
	EncodeOption struct{}
	// TruncationDirection stands in for the end that is cut.
	TruncationDirection int
	// TruncationStrategy stands in for what is cut.
	TruncationStrategy int
	// EncodeResult is what encoding gives.
	EncodeResult struct {
		IDs, TypeIDs, SpecialTokensMask, AttentionMask, Offsets []uint32
		Tokens                                                  []string
	}
)

// The constants that the client names.
const (
	TruncationDirectionLeft TruncationDirection = iota
	TruncationDirectionRight
	TruncationStrategyLongestFirst TruncationStrategy = 0
)

// FromBytes fails.
func FromBytes([]byte, ...TokenizerOption) (*Tokenizer, error) { return nil, errStub }

// FromFile fails.
func FromFile(string, ...TokenizerOption) (*Tokenizer, error) { return nil, errStub }

// WithTruncation asks for nothing.
func WithTruncation(uintptr, TruncationDirection, TruncationStrategy) TokenizerOption {
	return TokenizerOption{}
}

// WithAddSpecialTokens asks for nothing.
func WithAddSpecialTokens() EncodeOption { return EncodeOption{} }

// WithReturnAttentionMask asks for nothing.
func WithReturnAttentionMask() EncodeOption { return EncodeOption{} }

// WithReturnOffsets asks for nothing.
func WithReturnOffsets() EncodeOption { return EncodeOption{} }

// WithReturnSpecialTokensMask asks for nothing.
func WithReturnSpecialTokensMask() EncodeOption { return EncodeOption{} }

// WithReturnTokens asks for nothing.
func WithReturnTokens() EncodeOption { return EncodeOption{} }

// WithReturnTypeIDs asks for nothing.
func WithReturnTypeIDs() EncodeOption { return EncodeOption{} }

// Encode fails.
func (*Tokenizer) Encode(string, ...EncodeOption) (*EncodeResult, error) { return nil, errStub }

// Decode fails.
func (*Tokenizer) Decode([]uint32, bool) (string, error) { return "", errStub }

// VocabSize fails.
func (*Tokenizer) VocabSize() (uint32, error) { return 0, errStub }

// Close does nothing.
func (*Tokenizer) Close() error { return nil }
