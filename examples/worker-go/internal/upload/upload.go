// Package upload makes the form that events are uploaded in.
package upload

import (
	"bytes"
	"mime/multipart"
	"net/textproto"
)

const partType = "application/vnd.redhat.playbook.v1+jsonl"

// Form returns a form with one file, which has a line for each event, and the content type that it goes with.
func Form(lines [][]byte) (body []byte, contentType string, err error) {
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", `form-data; name="file"; filename="runner-events"`)
	header.Set("Content-Type", partType)
	part, err := writer.CreatePart(header)
	if err != nil {
		return nil, "", err
	}
	for _, line := range lines {
		if _, err := part.Write(append(line[:len(line):len(line)], '\n')); err != nil {
			return nil, "", err
		}
	}
	if err := writer.Close(); err != nil {
		return nil, "", err
	}
	return form.Bytes(), writer.FormDataContentType(), nil
}
