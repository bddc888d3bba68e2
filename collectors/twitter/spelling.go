package twitter

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"seuranta/internal/collector/api"
)

// stateFields is what is remembered of the spelling that X takes.
const stateFields = "fields"

// spelt puts a question about posts, with the fields under the name that X takes. When it says that it does not know the name it
// is asked once more, with the other.
func (v *visit) spelt(ctx context.Context, query url.Values) (timeline, error) {
	name := v.spelling()
	answer, err := v.put(ctx, query, name)
	var unknown *unknownError
	if !errors.As(err, &unknown) || unknown.value != "" || unknown.parameter != name.parameter() {
		return answer, err
	}
	if v.config.Fields != "" {
		return answer, fmt.Errorf("%w: take fields: %s out of the source: %w", unknown, v.config.Fields, err)
	}
	answer, err = v.put(ctx, query, name.other())
	if err == nil && v.deps.State != nil {
		v.deps.State.Set(stateFields, string(name.other()))
	}
	return answer, err
}

// spelling is the name under which fields are asked for: as the settings say, else as X took it the last time.
func (v *visit) spelling() spelling {
	if v.config.Fields != "" {
		return v.config.Fields
	}
	if v.deps.State != nil {
		if name, _ := v.deps.State.Get(stateFields); spelling(name) == postFields {
			return postFields
		}
	}
	return tweetFields
}

func (v *visit) put(ctx context.Context, query url.Values, name spelling) (timeline, error) {
	asked := url.Values{}
	for key, values := range query {
		if key == "" {
			key = name.parameter()
		}
		asked[key] = values
	}
	var answer timeline
	_, err := v.platform.Ask(ctx, api.Request{Path: "/2/users/" + v.account.id + "/tweets", Query: asked, Part: partPosts}, &answer)
	return answer, err
}
