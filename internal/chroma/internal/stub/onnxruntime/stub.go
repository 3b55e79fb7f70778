// Package onnxruntime_go stands in for the cgo module of the same path, which
// the Chroma client links for a default embedding function that downloads a
// model at run time. Querent sends its own vectors, so that function is never
// called; with this stub the binary builds without cgo. Every call fails.
package onnxruntime_go

import "errors"

var errStub = errors.New("onnx runtime is not part of this build")

type (
	// Shape stands in for a tensor's dimensions.
	Shape []int64
	// Value is what a session consumes and produces.
	Value interface{ Destroy() error }
	// Tensor stands in for typed tensor data.
	Tensor[T any] struct{}
	// DynamicAdvancedSession stands in for a loaded model.
	DynamicAdvancedSession struct{}
	// SessionOptions stands in for a session's settings.
	SessionOptions struct{}
)

// IsInitialized reports that no runtime was loaded.
func IsInitialized() bool { return false }

// SetSharedLibraryPath does nothing.
func SetSharedLibraryPath(string) {}

// InitializeEnvironment fails.
func InitializeEnvironment() error { return errStub }

// DestroyEnvironment fails.
func DestroyEnvironment() error { return errStub }

// NewShape keeps the dimensions.
func NewShape(dimensions ...int64) Shape { return dimensions }

// NewTensor fails.
func NewTensor[T any](Shape, []T) (*Tensor[T], error) { return nil, errStub }

// NewEmptyTensor fails.
func NewEmptyTensor[T any](Shape) (*Tensor[T], error) { return nil, errStub }

// Destroy does nothing.
func (*Tensor[T]) Destroy() error { return nil }

// GetData has nothing to give.
func (*Tensor[T]) GetData() []T { return nil }

// NewDynamicAdvancedSession fails.
func NewDynamicAdvancedSession(string, []string, []string, *SessionOptions) (*DynamicAdvancedSession, error) {
	return nil, errStub
}

// Run fails.
func (*DynamicAdvancedSession) Run([]Value, []Value) error { return errStub }

// Destroy does nothing.
func (*DynamicAdvancedSession) Destroy() error { return nil }
